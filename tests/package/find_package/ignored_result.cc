// SPDX-License-Identifier: Apache-2.0
// Compiles as it stands. With IGNORE_RESULT or IGNORE_CALL, -Werror must refuse it.
#include <vllm_client/vllm_client.h>

using namespace vllm_client;

int main() {
    VllmClient client;
#if defined(IGNORE_RESULT)
    client.status();
#elif defined(IGNORE_CALL)
    client.models_async();
#endif
    return client.status().ok() ? 0 : 1;
}
