/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

// NOLINTBEGIN(modernize-*, readability-identifier-naming): this header is C11
#include <stddef.h>

#include "vllm_client/export.h"

/// \file
/// The client in C, for programs in other languages: requests and replies are the JSON texts of the
/// HTTP API, so nothing of it is out of reach. Compiles as C11 and as C++.
///
///     vllm_client_error* error = NULL;
///     vllm_client_handle* client = vllm_client_create("http://localhost:8000", NULL, NULL,
///     &error); char* reply = vllm_client_chat(client,
///         "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}", &error);
///     if (reply == NULL) fprintf(stderr, "%s\n", vllm_client_error_text(error));
///     vllm_client_free(reply);
///     vllm_client_error_free(error);
///     vllm_client_destroy(client);
///
/// **Ownership.** What a function returns as `char*` or `float*` is the caller's, to be given to
/// vllm_client_free(). Handles, calls and errors have a function each that ends them. `const char*`
/// results belong to the object they were asked of and live as long as it does. Texts given to a
/// function are copied; it keeps none of them.
///
/// **Errors.** Functions with a last parameter `error` return NULL (or −1) on failure and, if
/// `error` is not NULL, store an error there that the caller frees; on success they store NULL.
/// What `*error` held before is not freed. NULL in place of a handle or of a required text is a
/// `VLLM_CLIENT_ERROR_CONFIG` error. Nothing here throws, prints or ends the process.
///
/// **Text** is UTF-8 and ends with NUL.
///
/// **Threads.** A handle may be used by any number of threads at once. A call or an error belongs
/// to one thread at a time, except vllm_client_call_cancel().

#ifdef __cplusplus
extern "C" {
#endif

/// A client: connections and threads. Make one and share it.
typedef struct vllm_client_handle vllm_client_handle;
/// A request that runs beside the caller.
typedef struct vllm_client_call vllm_client_call;
/// Why something failed.
typedef struct vllm_client_error vllm_client_error;

/// What went wrong. More may come with a minor version. Meanings: `vllm_client/error.h`.
typedef enum vllm_client_error_code {
    VLLM_CLIENT_ERROR_NONE = 0,
    VLLM_CLIENT_ERROR_CONNECT = 1,
    VLLM_CLIENT_ERROR_TIMEOUT = 2,
    VLLM_CLIENT_ERROR_TLS = 3,
    VLLM_CLIENT_ERROR_PROTOCOL = 4,
    VLLM_CLIENT_ERROR_HTTP = 5,
    VLLM_CLIENT_ERROR_STREAM = 6,
    VLLM_CLIENT_ERROR_DECODE = 7,
    VLLM_CLIENT_ERROR_LIMIT = 8,
    VLLM_CLIENT_ERROR_CANCELLED = 9,
    VLLM_CLIENT_ERROR_DEADLINE = 10,
    VLLM_CLIENT_ERROR_QUEUE_FULL = 11,
    VLLM_CLIENT_ERROR_CIRCUIT_OPEN = 12,
    VLLM_CLIENT_ERROR_CONFIG = 13,
    VLLM_CLIENT_ERROR_CLOSED = 14,
    VLLM_CLIENT_ERROR_RESOURCE = 15,
    VLLM_CLIENT_ERROR_UNSUPPORTED = 16
} vllm_client_error_code;

/// Told of each event of a streamed chat: the new text of its first choice (empty for role, usage
/// and tool events), the whole event as JSON, and the `user` given with the function. Both texts
/// live until it returns. Return 0 to go on; anything else stops the stream, which then ends as
/// `cancelled` and is not told again. Events come in order, never two at once. It must not throw.
typedef int (*vllm_client_on_event)(const char* text, const char* event, void* user);

/// Version of the library linked at run time, e.g. "0.1.0". Lives for ever.
VLLM_CLIENT_EXPORT const char* vllm_client_version(void);
/// Frees a text or an array that a function here returned. NULL is fine.
VLLM_CLIENT_EXPORT void vllm_client_free(void* memory);

/// \name Clients
///@{

/// A client of one server. NULL or empty: `url` from the environment, else http://localhost:8000;
/// `api_key` from the environment, else none; `model` from the environment, else the server's
/// first.
VLLM_CLIENT_EXPORT vllm_client_handle* vllm_client_create(const char* url, const char* api_key,
                                                          const char* model,
                                                          vllm_client_error** error);
/// A client by a JSON object with the members of the config file (docs/guides/configuration.md),
/// e.g. `{"endpoints":["http://a:8000"],"timeouts":{"total":90}}`. What it leaves unset is taken
/// from the environment.
VLLM_CLIENT_EXPORT vllm_client_handle* vllm_client_create_from_json(const char* options,
                                                                    vllm_client_error** error);
/// Ends a client and, as `cancelled`, what it still runs; within a second. Not while another thread
/// uses the handle. Calls may outlive it. NULL is fine.
VLLM_CLIENT_EXPORT void vllm_client_destroy(vllm_client_handle* client);
/// Waits until the server answers `/health` with 200, at most `seconds`. 0, or −1 and an error.
VLLM_CLIENT_EXPORT int vllm_client_wait_ready(vllm_client_handle* client, double seconds,
                                              vllm_client_error** error);
///@}

/// \name Requests that wait for their reply
/// `request` is the JSON object that the route takes. Its member `stream` is ignored: the function
/// decides. A missing `model` is the client's, else the server's first.
///@{

/// Chat. The reply's JSON, as the server sent it. Source: `POST /v1/chat/completions`.
VLLM_CLIENT_EXPORT char* vllm_client_chat(vllm_client_handle* client, const char* request,
                                          vllm_client_error** error);
/// Text completion. The reply's JSON. Source: `POST /v1/completions`.
VLLM_CLIENT_EXPORT char* vllm_client_complete(vllm_client_handle* client, const char* request,
                                              vllm_client_error** error);
/// Embeddings: an array `[count × dim]` of float32, row i for input i. The member `encoding_format`
/// is ignored: vectors always travel exactly. `count` and `dim` must not be NULL. Source: `POST
/// /v1/embeddings`.
VLLM_CLIENT_EXPORT float* vllm_client_embed(vllm_client_handle* client, const char* request,
                                            size_t* count, size_t* dim, vllm_client_error** error);
/// Any route: `method` is GET, POST or DELETE, `path` begins with '/', `body` is JSON or NULL.
/// The body of the answer, of any status; a NUL byte follows it. `status` and `length` (bytes) may
/// be NULL.
VLLM_CLIENT_EXPORT char* vllm_client_raw(vllm_client_handle* client, const char* method,
                                         const char* path, const char* body, int* status,
                                         size_t* length, vllm_client_error** error);

/// Chat, streamed. `on_event` runs on the calling thread and may be NULL. The whole answer, put
/// together as the JSON of a plain reply; it lacks what the stream does not carry. On failure the
/// error holds the text received until then (vllm_client_error_partial()).
VLLM_CLIENT_EXPORT char* vllm_client_chat_stream(vllm_client_handle* client, const char* request,
                                                 vllm_client_on_event on_event, void* user,
                                                 vllm_client_error** error);
///@}

/// \name Requests that run beside the caller
///@{

/// Starts a chat. What is wrong with the request, too, is told by vllm_client_call_reply(). NULL
/// only if memory has run out.
VLLM_CLIENT_EXPORT vllm_client_call* vllm_client_chat_start(vllm_client_handle* client,
                                                            const char* request);
/// Starts a streamed chat. `on_event` runs on a thread of the client and may be NULL. It must not
/// call vllm_client_call_reply() of its own call.
VLLM_CLIENT_EXPORT vllm_client_call* vllm_client_chat_stream_start(vllm_client_handle* client,
                                                                   const char* request,
                                                                   vllm_client_on_event on_event,
                                                                   void* user);
/// Waits for the end, at most `seconds`; less than 0: without a limit. 1: it has ended. 0: not yet.
VLLM_CLIENT_EXPORT int vllm_client_call_wait(vllm_client_call* call, double seconds);
/// Waits for the reply, as of vllm_client_chat() or vllm_client_chat_stream(). May be asked again.
VLLM_CLIENT_EXPORT char* vllm_client_call_reply(vllm_client_call* call, vllm_client_error** error);
/// Ends the request as `cancelled` unless it has ended; the server stops generating. Returns at
/// once. Any thread, any number of times, until vllm_client_call_free(). NULL is fine.
VLLM_CLIENT_EXPORT void vllm_client_call_cancel(vllm_client_call* call);
/// Cancels the call if it still runs, and frees it. When this returns `on_event` does not run and
/// will not be called again (called by `on_event` itself: after this event). NULL is fine.
VLLM_CLIENT_EXPORT void vllm_client_call_free(vllm_client_call* call);
///@}

/// \name Errors
/// All take NULL for "no error" and then give 0 or an empty text.
///@{

/// The family, for a `switch`.
VLLM_CLIENT_EXPORT vllm_client_error_code
vllm_client_error_get_code(const vllm_client_error* error);
/// The family's name, e.g. "connect".
VLLM_CLIENT_EXPORT const char* vllm_client_error_kind(const vllm_client_error* error);
/// One sentence for people.
VLLM_CLIENT_EXPORT const char* vllm_client_error_message(const vllm_client_error* error);
/// One line with all that is known: kind, message, status, server's words, request id, endpoint.
VLLM_CLIENT_EXPORT const char* vllm_client_error_text(const vllm_client_error* error);
/// HTTP status of the answer; 0 if there was none.
VLLM_CLIENT_EXPORT int vllm_client_error_http_status(const vllm_client_error* error);
/// The server's own message; empty if it sent none.
VLLM_CLIENT_EXPORT const char* vllm_client_error_server_message(const vllm_client_error* error);
/// The id sent as `X-Request-Id`, or the server's.
VLLM_CLIENT_EXPORT const char* vllm_client_error_request_id(const vllm_client_error* error);
/// 1 if the same request may succeed when sent again, else 0.
VLLM_CLIENT_EXPORT int vllm_client_error_retryable(const vllm_client_error* error);
/// Seconds that the server asked to wait before that; less than 0 if it did not say.
VLLM_CLIENT_EXPORT double vllm_client_error_retry_after(const vllm_client_error* error);
/// Streams: the text of choice `choice` received before the failure, an exact prefix.
VLLM_CLIENT_EXPORT const char* vllm_client_error_partial(const vllm_client_error* error,
                                                         size_t choice);
/// Frees an error. NULL is fine.
VLLM_CLIENT_EXPORT void vllm_client_error_free(vllm_client_error* error);
///@}

#ifdef __cplusplus
}  // extern "C"
#endif
// NOLINTEND(modernize-*, readability-identifier-naming)
