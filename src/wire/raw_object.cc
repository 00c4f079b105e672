// SPDX-License-Identifier: Apache-2.0
#include "wire/raw_object.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {

RawObject read_raw_object(ondemand::value value) {
    if (value.type().value() != ondemand::json_type::object) {
        throw DecodeFailure{{}, "expected an object"};
    }
    RawObject raw;
    raw.members = value.get_object().value();
    raw.json = trim_json(raw.members.raw_json().value());
    const JsonFault fault = check_json(raw.json);
    if (fault == JsonFault::depth) throw DecodeFailure{{}, "nested too deeply", ErrorKind::limit};
    if (fault != JsonFault::none) throw DecodeFailure{{}, "not valid JSON"};
    (void)raw.members.reset().value();
    return raw;
}

std::optional<std::int64_t> read_optional_integer(ondemand::value value) {
    if (is_null(value)) return std::nullopt;
    return read_integer(value);
}

std::optional<double> read_optional_real(ondemand::value value) {
    if (is_null(value)) return std::nullopt;
    return read_real(value);
}

std::optional<bool> read_optional_flag(ondemand::value value) {
    if (is_null(value)) return std::nullopt;
    return value.get_bool().value();
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
