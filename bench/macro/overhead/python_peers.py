# SPDX-License-Identifier: Apache-2.0
"""CPU microseconds a chat costs in Python clients: URL MODEL REQUESTS IN_FLIGHT.

Prints "name microseconds" for each client that is installed.
"""
import asyncio
import os
import sys

url, model, requests, in_flight = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
prompt = ("Why is the sky blue at noon and red at dusk? " * 5)[:225]
messages = [{"role": "user", "content": prompt}]
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {0})


async def run(send):
    remaining = requests

    async def worker():
        nonlocal remaining
        while remaining > 0:
            remaining -= 1
            await send()

    await send()  # connections and imports are not what is measured
    before = os.times()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    after = os.times()
    return ((after.user + after.system) - (before.user + before.system)) / requests * 1e6


async def openai_client():
    import openai

    client = openai.AsyncOpenAI(base_url=url + "/v1", api_key="none")

    async def send():
        reply = await client.chat.completions.create(
            model=model, messages=messages, max_completion_tokens=16, temperature=0
        )
        assert reply.choices[0].message.content

    return await run(send)


async def aiohttp_client():
    import aiohttp

    async with aiohttp.ClientSession() as session:

        async def send():
            body = {
                "model": model,
                "messages": messages,
                "max_completion_tokens": 16,
                "temperature": 0,
            }
            async with session.post(url + "/v1/chat/completions", json=body) as reply:
                answer = await reply.json()
                assert answer["choices"][0]["message"]["content"]

        return await run(send)


for name, contender in (("openai-python", openai_client), ("aiohttp", aiohttp_client)):
    try:
        print(name, asyncio.run(contender()), flush=True)
    except ImportError:
        pass
