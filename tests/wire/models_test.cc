// SPDX-License-Identifier: Apache-2.0
#include "wire/models.h"

#include <gtest/gtest.h>

#include "wire/json_reader.h"
#include "wire/recorded.h"

namespace vllm_client::wire {
namespace {

Result<ModelList> read_models(std::string body) {
    pad(body);
    return read_model_list(body);
}

Result<ServerVersion> read_version(std::string body) {
    pad(body);
    return read_server_version(body);
}

Result<LoadReply> read_load(std::string body) {
    pad(body);
    return read_load_reply(body);
}

TEST(Models, OllamasOwnFormCountsOnlyAloneAndNeverBreaksAList) {
    const auto read = [](std::string body) {
        pad(body);
        return read_model_list(body);
    };
    EXPECT_EQ(read(R"({"models":[{"name":"a"},{"name":"b"}]})").value().models.size(), 2U);
    const auto both = read(R"({"models":["odd",{"name":5}],"data":[{"id":"c"}]})");
    ASSERT_TRUE(both.ok());
    ASSERT_EQ(both->models.size(), 1U);
    EXPECT_EQ(both->models[0].id, "c");
    EXPECT_FALSE(read(R"({"models":5})").ok());
}

TEST(Models, ReadsARecordedList) {
    const auto list = read_models(recorded("models.json")).value();
    ASSERT_EQ(list.models.size(), 1u);
    const ModelInfo& model = list.models[0];
    EXPECT_EQ(model.id, "tiny");
    EXPECT_EQ(model.owned_by, "vllm");
    EXPECT_EQ(model.parent, "");
    EXPECT_EQ(model.max_model_len, 1024);
    EXPECT_GT(model.created, 0);
    EXPECT_TRUE(model.extra.is_object()) << "permission is kept";
}

TEST(Models, AdaptersHaveAParentAndNoLength) {
    const auto list = read_models(
        R"({"data":[{"id":"base","max_model_len":8},{"id":"lora","parent":"base","max_model_len":null}]})");
    EXPECT_EQ(list->models[1].parent, "base");
    EXPECT_FALSE(list->models[1].max_model_len.has_value());
    EXPECT_TRUE(list->models[1].extra.empty());
}

TEST(Models, AnEmptyListIsAList) {
    EXPECT_TRUE(read_models(R"({"data":[]})")->models.empty());
    EXPECT_TRUE(read_models(R"({"data":null})")->models.empty());
}

TEST(FaultC, C13_ModelErrorsNameThePath) {
    EXPECT_EQ(read_models("{}").error().message,
              "cannot read the list of models at data: missing or empty");
    EXPECT_EQ(read_models(R"({"data":[{"id":"a"},{}]})").error().message,
              "cannot read the list of models at data[1].id: missing or empty");
}

TEST(ServerVersion, IsRead) {
    EXPECT_EQ(read_version(recorded("version.json"))->version, "0.32.0");
    EXPECT_EQ(read_version(R"({"version":"1","build":"x"})")->extra.text(), R"({"build":"x"})");
    EXPECT_EQ(read_version("{}").error().kind, ErrorKind::decode);
}

TEST(ServerLoad, IsRead) {
    EXPECT_EQ(read_load(recorded("load.json"))->server_load, 0);
    EXPECT_EQ(read_load(R"({"server_load":7})")->server_load, 7);
    EXPECT_EQ(read_load("{}").error().kind, ErrorKind::decode);
}

TEST(FaultD, D9_ErrorInPlaceOfAListIsAnHttpError) {
    EXPECT_EQ(read_models(R"({"error":"Unauthorized"})").error().kind, ErrorKind::http);
}

}  // namespace
}  // namespace vllm_client::wire
