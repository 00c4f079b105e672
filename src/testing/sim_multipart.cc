// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_multipart.h"

#include <string_view>

#include "testing/sim_error.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

[[noreturn]] void refuse() {
    throw ApiFailure({.type = "Bad Request", .message = "There was an error parsing the body"});
}

// The value of `name="…"` in a header; no data if it is absent.
std::string_view parameter(std::string_view header, std::string_view name) {
    const std::string start = std::string(name) + "=";
    std::size_t at = header.find(start);
    // `filename` ends like `name`.
    while (at != std::string_view::npos && at > 0 && header[at - 1] != ' ' && header[at - 1] != ';')
        at = header.find(start, at + 1);
    if (at == std::string_view::npos) return {};
    header.remove_prefix(at + start.size());
    if (!header.starts_with('"')) return header.substr(0, header.find_first_of(";\r"));
    header.remove_prefix(1);
    return header.substr(0, header.find('"'));
}

void add_part(std::string_view head, std::string_view content, FormData& form) {
    const std::string name(parameter(head, "name"));
    if (name == "file" && parameter(head, "filename").data() != nullptr) {
        form.file = content;
    } else if (name.ends_with("[]")) {
        form.fields[name].push_back(std::string(content));
    } else {
        form.fields[name] = std::string(content);
    }
}

}  // namespace

FormData read_form(const HttpRequest& request) {
    const std::string_view boundary = parameter(request.content_type, "boundary");
    if (!request.content_type.starts_with("multipart/form-data") || boundary.empty()) refuse();
    const std::string mark = "\r\n--" + std::string(boundary);
    const std::string body = "\r\n" + request.body;
    FormData form;
    std::size_t at = body.find(mark);
    while (at != std::string::npos) {
        at += mark.size();
        const std::size_t next = body.find(mark, at);
        const std::size_t head = body.find("\r\n\r\n", at);
        if (next == std::string::npos) break;
        if (head == std::string::npos || head + 4 > next) refuse();
        add_part(std::string_view(body).substr(at, head - at),
                 std::string_view(body).substr(head + 4, next - head - 4), form);
        at = next;
    }
    return form;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
