# SPDX-License-Identifier: Apache-2.0
"""Chats sent by Python clients: URL MODEL IN_FLIGHT.

Prints the names of the clients that are installed, in one line. Then, for each line "NAME REQUESTS"
of its input, sends that many chats and prints the CPU microseconds that one has cost.
"""
import asyncio
import os
import sys
import time

url, model, in_flight = sys.argv[1], sys.argv[2], int(sys.argv[3])
prompt = "Why is the sky blue at noon and red at dusk? " * 5
messages = [{"role": "user", "content": prompt}]
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {0})


class OpenAi:
    def __init__(self):
        import openai

        self.client = openai.AsyncOpenAI(base_url=url + "/v1", api_key="none")

    async def send(self):
        reply = await self.client.chat.completions.create(
            model=model, messages=messages, max_completion_tokens=16, temperature=0)
        assert reply.choices[0].message.content


class Aiohttp:
    def __init__(self):
        import aiohttp

        # Made here, it would look for an event loop that does not run yet.
        self.make_session = aiohttp.ClientSession
        self.session = None

    async def send(self):
        if self.session is None:
            self.session = self.make_session()
        body = {"model": model, "messages": messages, "max_completion_tokens": 16, "temperature": 0}
        async with self.session.post(url + "/v1/chat/completions", json=body) as reply:
            answer = await reply.json()
            assert answer["choices"][0]["message"]["content"]


async def run(client, requests):
    remaining = requests

    async def worker():
        nonlocal remaining
        while remaining > 0:
            remaining -= 1
            await client.send()

    before = time.process_time()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return (time.process_time() - before) / requests * 1e6


clients = {}
for name, kind in (("openai-python", OpenAi), ("aiohttp", Aiohttp)):
    try:
        clients[name] = kind()
    except ImportError:
        pass
print(*clients, flush=True)
loop = asyncio.new_event_loop()
for line in sys.stdin:
    name, requests = line.split()
    print(loop.run_until_complete(run(clients[name], int(requests))), flush=True)
