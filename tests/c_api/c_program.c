/* SPDX-License-Identifier: Apache-2.0 */
/* c_program URL: every function of the C interface against a server, as a C11 program uses them. */
#include <stdio.h>
#include <string.h>
#include <threads.h>

#include "vllm_client/c_api.h"

static int failures = 0;

static void check(int good, const char* what) {
    printf("%s %s\n", good ? "ok      " : "FAILED  ", what);
    if (!good) ++failures;
}

static const char hello[] =
    "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"max_tokens\":8}";
static const char endless[] =
    "{\"messages\":[{\"role\":\"user\",\"content\":\"Count\"}],\"max_tokens\":900,"
    "\"ignore_eos\":true}";

struct heard {
    size_t events;
    size_t stop_at;
    size_t length;
};

static int listen(const char* text, const char* event, void* user) {
    struct heard* heard = user;
    heard->length += strlen(text);
    if (event[0] != '{') ++failures;
    ++heard->events;
    return heard->stop_at != 0 && heard->events >= heard->stop_at;
}

static int cancel(void* call) {
    vllm_client_call_cancel(call);
    return 0;
}

static void plain_requests(vllm_client_handle* client) {
    vllm_client_error* error = NULL;
    char* reply = vllm_client_chat(client, hello, &error);
    check(reply != NULL && strstr(reply, "\"chat.completion\"") != NULL, "chat");
    check(error == NULL, "chat: no error");
    vllm_client_free(reply);

    reply = vllm_client_complete(client, "{\"prompt\":\"Once\",\"max_tokens\":4}", &error);
    check(reply != NULL && strstr(reply, "\"text_completion\"") != NULL, "complete");
    vllm_client_free(reply);

    size_t count = 0;
    size_t dim = 0;
    float* vectors =
        vllm_client_embed(client, "{\"input\":[\"one\",\"two\"]}", &count, &dim, &error);
    check(vectors != NULL && count == 2 && dim == 384, "embed");
    vllm_client_free(vectors);

    int status = 0;
    size_t length = 0;
    reply = vllm_client_raw(client, "GET", "/v1/models", NULL, &status, &length, &error);
    check(reply != NULL && status == 200 && strlen(reply) == length, "raw");
    vllm_client_free(reply);
}

static void streams(vllm_client_handle* client) {
    vllm_client_error* error = NULL;
    struct heard heard = {0, 0, 0};
    char* reply = vllm_client_chat_stream(client, hello, listen, &heard, &error);
    check(reply != NULL && strstr(reply, "\"usage\"") != NULL, "chat_stream");
    check(heard.events >= 3 && heard.length > 0, "chat_stream: events");
    vllm_client_free(reply);

    struct heard short_heard = {0, 4, 0};
    reply = vllm_client_chat_stream(client, endless, listen, &short_heard, &error);
    check(reply == NULL && short_heard.events == 4, "chat_stream: stopped");
    check(vllm_client_error_get_code(error) == VLLM_CLIENT_ERROR_CANCELLED, "stopped: cancelled");
    check(strlen(vllm_client_error_partial(error, 0)) == short_heard.length, "stopped: partial");
    vllm_client_error_free(error);
}

static void calls(vllm_client_handle* client) {
    vllm_client_error* error = NULL;
    vllm_client_call* call = vllm_client_chat_start(client, hello);
    check(vllm_client_call_wait(call, 20) == 1, "chat_start: ends");
    char* reply = vllm_client_call_reply(call, &error);
    check(reply != NULL, "chat_start: reply");
    vllm_client_free(reply);
    vllm_client_call_free(call);

    struct heard heard = {0, 0, 0};
    call = vllm_client_chat_stream_start(client, endless, listen, &heard);
    thrd_t canceller;
    check(thrd_create(&canceller, cancel, call) == thrd_success, "a thread");
    reply = vllm_client_call_reply(call, &error);
    thrd_join(canceller, NULL);
    check(reply == NULL && strcmp(vllm_client_error_kind(error), "cancelled") == 0,
          "chat_stream_start: cancelled by another thread");
    vllm_client_error_free(error);
    vllm_client_call_free(call);

    call = vllm_client_chat_stream_start(client, endless, listen, &heard);
    vllm_client_call_free(call);
    check(1, "chat_stream_start: freed while it runs");
}

static void errors(vllm_client_handle* client) {
    vllm_client_error* error = NULL;
    char* reply = vllm_client_chat(client, "{\"model\":\"none\",\"messages\":[]}", &error);
    check(reply == NULL && vllm_client_error_http_status(error) >= 400, "a server's error");
    check(strlen(vllm_client_error_message(error)) > 0, "its message");
    check(strlen(vllm_client_error_request_id(error)) > 0, "its request id");
    check(strlen(vllm_client_error_server_message(error)) > 0, "the server's words");
    check(vllm_client_error_retryable(error) == 0, "no retry");
    check(vllm_client_error_retry_after(error) < 0, "no hint");
    vllm_client_error_free(error);

    check(vllm_client_create("htp://typo", NULL, NULL, &error) == NULL, "a wrong URL");
    check(strcmp(vllm_client_error_kind(error), "config") == 0, "is a config error");
    printf("        %s\n", vllm_client_error_text(error));
    vllm_client_error_free(error);
}

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    vllm_client_error* error = NULL;
    vllm_client_handle* client = vllm_client_create(argv[1], NULL, NULL, &error);
    check(client != NULL, vllm_client_version());
    check(vllm_client_wait_ready(client, 20, &error) == 0, "wait_ready");
    plain_requests(client);
    streams(client);
    calls(client);
    errors(client);
    vllm_client_destroy(client);

    char options[512];
    snprintf(options, sizeof options, "{\"endpoints\":[\"%s\"],\"timeouts\":{\"total\":20}}", argv[1]);
    client = vllm_client_create_from_json(options, &error);
    char* reply = vllm_client_chat(client, hello, &error);
    check(reply != NULL, "a client by JSON");
    vllm_client_free(reply);
    vllm_client_destroy(client);
    return failures == 0 ? 0 : 1;
}
