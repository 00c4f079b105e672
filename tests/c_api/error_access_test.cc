// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

#include "c_api/fake_c_client.h"
#include "c_api/out_of_memory.h"

namespace vllm_client::c_api {
namespace {

TEST(CApiError, TellsWhatTheErrorHolds) {
    CError error;
    store_error(error.place(), Error{.kind = ErrorKind::http,
                                     .message = "too many requests",
                                     .http_status = 429,
                                     .server = {.message = "slow down"},
                                     .request_id = "r1",
                                     .retryable = true,
                                     .retry_after = std::chrono::milliseconds(1500),
                                     .partial = {"one", "two"}});
    EXPECT_EQ(vllm_client_error_get_code(error.get()), VLLM_CLIENT_ERROR_HTTP);
    EXPECT_EQ(error.kind(), "http");
    EXPECT_EQ(error.message(), "too many requests");
    EXPECT_EQ(vllm_client_error_http_status(error.get()), 429);
    EXPECT_STREQ(vllm_client_error_server_message(error.get()), "slow down");
    EXPECT_STREQ(vllm_client_error_request_id(error.get()), "r1");
    EXPECT_EQ(vllm_client_error_retryable(error.get()), 1);
    EXPECT_EQ(vllm_client_error_retry_after(error.get()), 1.5);
    EXPECT_STREQ(vllm_client_error_partial(error.get(), 1), "two");
    EXPECT_STREQ(vllm_client_error_partial(error.get(), 2), "");
    EXPECT_EQ(vllm_client_error_text(error.get()), error.get()->error.to_string());
}

TEST(CApiError, OfNullIsNoError) {
    EXPECT_EQ(vllm_client_error_get_code(nullptr), VLLM_CLIENT_ERROR_NONE);
    EXPECT_STREQ(vllm_client_error_kind(nullptr), "");
    EXPECT_STREQ(vllm_client_error_message(nullptr), "");
    EXPECT_STREQ(vllm_client_error_text(nullptr), "");
    EXPECT_EQ(vllm_client_error_http_status(nullptr), 0);
    EXPECT_STREQ(vllm_client_error_server_message(nullptr), "");
    EXPECT_STREQ(vllm_client_error_request_id(nullptr), "");
    EXPECT_EQ(vllm_client_error_retryable(nullptr), 0);
    EXPECT_LT(vllm_client_error_retry_after(nullptr), 0);
    EXPECT_STREQ(vllm_client_error_partial(nullptr, 0), "");
    vllm_client_error_free(nullptr);
}

TEST(CApiBoundary, LetsNoExceptionThrough) {
    CError error;
    EXPECT_EQ(at_boundary(error.place(), -1,
                          []() -> Result<int> { throw std::runtime_error("no threads left"); }),
              -1);
    EXPECT_EQ(error.kind(), "resource");
    EXPECT_EQ(error.message(), "no threads left");
    EXPECT_EQ(at_boundary(nullptr, -1, []() -> Result<int> { throw 7; }), -1);
}

TEST(CApiBoundary, NeedsNoMemoryToSayThatThereIsNone) {
    vllm_client_error* error = nullptr;
    EXPECT_EQ(at_boundary(&error, -1, []() -> Result<int> { throw std::bad_alloc(); }), -1);
    EXPECT_EQ(error, out_of_memory());
    EXPECT_EQ(vllm_client_error_get_code(error), VLLM_CLIENT_ERROR_RESOURCE);
    vllm_client_error_free(error);
    EXPECT_STREQ(vllm_client_error_message(out_of_memory()), "out of memory");
}

TEST(CApiBoundary, ClearsTheErrorOnSuccess) {
    vllm_client_error* error = out_of_memory();
    EXPECT_EQ(at_boundary(&error, -1, []() -> Result<int> { return 3; }), 3);
    EXPECT_EQ(error, nullptr);
}

}  // namespace
}  // namespace vllm_client::c_api
