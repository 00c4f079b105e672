// SPDX-License-Identifier: Apache-2.0
#include "wire/models.h"

#include <utility>
#include <vector>

#include "wire/reply_body.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::wire {
namespace {

ModelInfo read_model(ondemand::value value) {
    ModelInfo model;
    ExtraFields extra;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "id") {
            model.id = read_text(item);
        } else if (key == "owned_by") {
            model.owned_by = read_text(item);
        } else if (key == "root") {
            model.root = read_text(item);
        } else if (key == "parent") {
            model.parent = read_text(item);
        } else if (key == "created") {
            model.created = read_integer(item);
        } else if (key == "max_model_len") {
            if (!is_null(item)) model.max_model_len = read_integer(item);
        } else if (key != "object" && !is_null(item)) {
            extra.add(key, item);
        }
    });
    require(!model.id.empty(), "id");
    model.extra = extra.take();
    return model;
}

// Ollama's own form, which llama.cpp sends beside OpenAI's. Not worth an error where it is odd.
void read_named_model(ondemand::value value, std::vector<ModelInfo>& models) {
    if (value.type() != ondemand::json_type::object) return;
    ModelInfo model;
    ExtraFields extra;
    for_each_field(value.get_object().value(), [&](std::string_view key, ondemand::value item) {
        if (key == "name" && item.type() == ondemand::json_type::string) {
            model.id = read_text(item);
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    if (model.id.empty()) return;
    model.extra = extra.take();
    models.push_back(std::move(model));
}

ModelList read_models(ondemand::object object) {
    ModelList list;
    std::vector<ModelInfo> named;
    bool has_data = false;
    bool has_models = false;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "data") {
            has_data = true;
            for_each_element(item,
                             [&](ondemand::value v) { list.models.push_back(read_model(v)); });
        } else if (key == "models" && item.type() == ondemand::json_type::array) {
            has_models = true;
            for_each_element(item, [&](ondemand::value v) { read_named_model(v, named); });
        }
    });
    require(has_data || has_models, "data");
    if (!has_data) list.models = std::move(named);
    return list;
}

ServerVersion read_version(ondemand::object object) {
    ServerVersion version;
    ExtraFields extra;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        // NIM's name for it is "release", llama.cpp's "build_info".
        if (key == "version" || key == "release" || key == "build_info") {
            version.version = read_text(item);
        } else if (!is_null(item)) {
            extra.add(key, item);
        }
    });
    require(!version.version.empty(), "version");
    version.extra = extra.take();
    return version;
}

LoadReply read_load(ondemand::object object) {
    std::optional<std::int64_t> load;
    for_each_field(object, [&](std::string_view key, ondemand::value item) {
        if (key == "server_load") load = read_integer(item);
    });
    require(load.has_value(), "server_load");
    return LoadReply{.server_load = *load};
}

}  // namespace

Result<ModelList> read_model_list(std::string_view padded_body) {
    return read_reply_body<ModelList>(padded_body, "list of models", read_models);
}

Result<ServerVersion> read_server_version(std::string_view padded_body) {
    return read_reply_body<ServerVersion>(padded_body, "version", read_version);
}

Result<LoadReply> read_load_reply(std::string_view padded_body) {
    return read_reply_body<LoadReply>(padded_body, "load", read_load);
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::wire
