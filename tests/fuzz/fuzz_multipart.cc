// SPDX-License-Identifier: Apache-2.0
// Any fields and files as a form: what is written is read back as it was, by a parser that shares
// nothing with the writer. And any bytes as a form: a form, or a refusal.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "testing/sim_error.h"
#include "testing/sim_multipart.h"
#include "wire/multipart.h"

namespace {

using namespace vllm_client;
using testing::sim::FormData;
using wire::FormPart;

void expect(bool promise) {
    if (!promise) std::abort();
}

FormData read_back(const wire::MultipartBody& body) {
    testing::sim::HttpRequest request;
    request.content_type = body.content_type;
    request.body = body.bytes;
    return testing::sim::read_form(request);
}

// Takes the bytes apart: kind of part, two lengths, a file name, a value; and so on.
class Parts {
 public:
    explicit Parts(std::string_view bytes) : left_(bytes) {
        while (!left_.empty())
            parts_.push_back(next());
    }
    [[nodiscard]] const std::vector<FormPart>& list() const noexcept { return parts_; }

 private:
    FormPart next() {
        constexpr std::string_view names[] = {"model", "prompt", "timestamp_granularities[]",
                                              "file"};
        FormPart part;
        part.name = names[byte() % std::size(names)];
        part.is_file = part.name == "file";
        const std::size_t name_length = byte();
        const std::size_t value_length = byte();
        if (part.is_file) part.file_name = take(name_length);
        part.value = take(value_length);
        return part;
    }
    std::size_t byte() {
        const std::string one = take(1);
        return one.empty() ? 0 : static_cast<unsigned char>(one.front());
    }
    std::string take(std::size_t count) {
        std::string front(left_.substr(0, count));
        left_.remove_prefix(front.size());
        return front;
    }

    std::string_view left_;
    std::vector<FormPart> parts_;
};

// Of fields and files that occur twice, the last one counts; names in brackets are lists.
FormData form_of(const std::vector<FormPart>& parts) {
    FormData form;
    for (const FormPart& part : parts) {
        if (part.is_file) {
            form.file = part.value;
        } else if (part.name.ends_with("[]")) {
            form.fields[part.name].push_back(part.value);
        } else {
            form.fields[part.name] = part.value;
        }
    }
    return form;
}

void check_round_trip(std::string_view bytes) {
    const Parts parts(bytes);
    const auto body = wire::write_multipart(parts.list(), "0a1b2c3d");
    if (!body) {
        expect(body.error().kind == ErrorKind::config);
        return;
    }
    const FormData read = read_back(*body);
    const FormData meant = form_of(parts.list());
    expect(read.fields == meant.fields);
    expect(read.file == meant.file);
}

void check_any_body(std::string_view bytes) {
    const wire::MultipartBody body{.content_type = "multipart/form-data; boundary=b",
                                   .bytes = std::string(bytes)};
    try {
        const FormData form = read_back(body);
        // A part holds no boundary: it would have ended there.
        expect(!form.file || form.file->find("\r\n--b") == std::string::npos);
    } catch (const testing::sim::ApiFailure& refusal) {
        expect(refusal.error().status == 400);
    }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    check_round_trip(text);
    check_any_body(text);
    return 0;
}
