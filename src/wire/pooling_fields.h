// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>

#include "wire/json_writer.h"
#include "wire/message_writer.h"
#include "wire/prompt_writer.h"
#include "wire/tensor_form.h"
#include "wire/tensor_values.h"

// What the requests of the pooling families share: one list of members, so that their canonical
// order stands in one place. A request may have fewer of them.
namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

/// Refuses members of `extra` that would change how the reply must be read.
inline void refuse_in_extra(JsonWriter& writer, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (!writer.is_replaced(name)) continue;
        writer.fail(
            "extra." + std::string(name),
            "would change the form of the reply; set the request's own member or use raw()");
    }
}

/// Refuses to ask for more places than fit into one response header: libcurl gives up beyond 100
/// KiB, and a place takes up to 140 bytes.
inline void check_metadata_fits(JsonWriter& writer, EncodingFormat format, std::size_t inputs) {
    constexpr std::size_t most = 700;
    if (format != EncodingFormat::bytes || inputs <= most) return;
    writer.fail("encoding_format", "`bytes` serves at most 700 inputs at once");
}

/// Makes sure that the request says in exactly one way what to work on.
template <class Request>
void check_one_input(JsonWriter& writer, const Request& r) {
    bool seen = writer.is_replaced("input") || writer.is_replaced("messages");
    std::string first;
    const auto check = [&](std::string name, bool present) {
        if (!present) return;
        if (!first.empty()) writer.fail(first, "and " + name + " cannot both be set");
        if (first.empty()) first = std::move(name);
        seen = true;
    };
    check("input", !is_empty(r.input));
    check("messages", !r.messages.empty());
    if constexpr (requires { r.conversations; }) check("conversations", !r.conversations.empty());
    if constexpr (requires { r.data; }) check("data", !r.data.empty());
    if (!seen) writer.fail("input", "is empty");
}

template <class Request>
void write_encoding(JsonWriter& writer, const Request& r) {
    if constexpr (requires { r.encoding_format; }) {
        if (r.embed_dtype != EmbedDtype::float32) {
            writer.member("embed_dtype", word_of(r.embed_dtype));
        }
        writer.member("encoding_format", word_of(r.encoding_format));
        if (r.endianness != Endianness::native) {
            writer.member("endianness", word_of(r.endianness));
        }
    }
}

template <class Request>
void write_a_to_m(JsonWriter& writer, const Request& r) {
    writer.member_if("add_generation_prompt", r.add_generation_prompt);
    writer.member_if("add_special_tokens", r.add_special_tokens);
    writer.member_if("cache_salt", r.cache_salt);
    writer.member_if("chat_template", r.chat_template);
    writer.member_if("chat_template_kwargs", r.chat_template_kwargs);
    writer.member_if("continue_final_message", r.continue_final_message);
    if constexpr (requires { r.data; }) writer.member_if("data", r.data);
    if constexpr (requires { r.dimensions; }) writer.member_if("dimensions", r.dimensions);
    write_encoding(writer, r);
    if (!is_empty(r.input)) write_prompt(writer, "input", r.input);
    writer.member_if("media_io_kwargs", r.media_io_kwargs);
    if (!r.messages.empty() && writer.key("messages")) write_messages(writer, r.messages);
    if constexpr (requires { r.conversations; }) {
        if (!r.conversations.empty() && writer.key("messages")) {
            write_conversations(writer, r.conversations);
        }
    }
    writer.member_if("mm_processor_kwargs", r.mm_processor_kwargs);
    writer.member_if("model", r.model);
}

/// The body of a request whose own `extra` has been looked at by `check(writer)`.
template <class Request, class Check>
[[nodiscard]] Result<std::string> write_pooling_fields(const Request& r, Check&& check) {
    JsonWriter writer;
    writer.begin_object(&r.extra);
    check(writer);
    check_one_input(writer, r);
    write_a_to_m(writer, r);
    writer.member_if("padding", r.padding);
    writer.member_if("priority", r.priority);
    writer.member_if("request_id", r.request_id);
    if constexpr (requires { r.task; }) writer.member_if("task", r.task);
    writer.member_if("truncate_prompt_tokens", r.truncate_prompt_tokens);
    writer.member_if("truncation_side", r.truncation_side);
    writer.member_if("use_activation", r.use_activation);
    writer.member_if("user", r.user);
    writer.end_object();
    return std::move(writer).finish();
}

/// Number of inputs; 0 if `extra` decides it.
template <class Request>
[[nodiscard]] std::size_t count_inputs(const Request& r) {
    if (!r.messages.empty()) return 1;
    if constexpr (requires { r.conversations; }) {
        if (!r.conversations.empty()) return r.conversations.size();
    }
    return count_prompts(r.input);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
