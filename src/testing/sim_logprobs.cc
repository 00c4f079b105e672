// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_logprobs.h"

#include <algorithm>
#include <vector>

#include "testing/sim_hash.h"
#include "testing/sim_json_text.h"
#include "testing/sim_tokenizer.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

std::string token_text(TokenId id) {
    const TokenId ids[] = {id};
    return detokenize(ids);
}

std::string shown_token(TokenId id, bool as_id) {
    return as_id ? "token_id:" + std::to_string(id) : token_text(id);
}

// The rank-th candidate's value; rank 0 is the token itself.
double ranked(double logprob, std::uint32_t rank) {
    return static_cast<double>(static_cast<float>(logprob - 0.5 * rank));
}

void append_chat_token(std::string& out, TokenId id, double logprob, bool as_id) {
    out += R"({"token":)";
    append_quoted(out, shown_token(id, as_id));
    out += R"(,"logprob":)";
    append_number(out, logprob);
    out += R"(,"bytes":[)";
    bool first = true;
    for (const char c : token_text(id)) {
        if (!first) out += ',';
        first = false;
        append_number(out, static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    out += ']';
}

/// The four parallel lists of the completions form.
class CompletionLists {
 public:
    explicit CompletionLists(std::uint32_t offset) : offset_(offset) {}

    void add(const std::string& token, const std::string& logprob, const std::string& top) {
        const char* const comma = offsets_.empty() ? "" : ",";
        offsets_ += comma;
        append_number(offsets_, offset_);
        logprobs_.append(comma).append(logprob);
        tokens_ += comma;
        append_quoted(tokens_, token);
        tops_.append(comma).append(top);
        offset_ += static_cast<std::uint32_t>(count_characters(token));
    }

    void write(std::string& out) const {
        out.append(R"({"text_offset":[)").append(offsets_).append(R"(],"token_logprobs":[)");
        out.append(logprobs_).append(R"(],"tokens":[)").append(tokens_);
        out.append(R"(],"top_logprobs":[)").append(tops_).append("]}");
    }

    [[nodiscard]] std::uint32_t offset() const noexcept { return offset_; }

 private:
    std::uint32_t offset_;
    std::string offsets_, logprobs_, tokens_, tops_;
};

std::string number_text(double value) {
    std::string text;
    append_number(text, value);
    return text;
}

/// A candidate for a place in the prompt.
struct PromptCandidate {
    TokenId id;
    double logprob;
    std::uint32_t rank;
};

// The token that is there, which no model would have guessed, and then the likeliest ones.
std::vector<PromptCandidate> prompt_candidates(const GenerationRequest& request,
                                               const Choice& choice, std::size_t position) {
    const TokenId there = choice.prompt().tokens[position];
    const std::uint64_t drawn = mixed(choice.answer().seed() ^ 0x30, position);
    const double logprob = -(0.5 + 4.0 * unit_interval(drawn));
    const auto others = static_cast<std::uint32_t>(std::max(request.prompt_logprobs, 0));
    std::vector<PromptCandidate> candidates{{there, ranked(logprob, 0), others + 1}};
    const auto& words = Vocabulary::instance().words();
    for (std::uint32_t rank = 1; candidates.size() <= others; ++rank) {
        const TokenId id = words[(drawn + rank) % words.size()];
        if (id == there) continue;
        const auto place = static_cast<std::uint32_t>(candidates.size());
        candidates.push_back({id, ranked(logprob * place / (others + 1), 0), place});
    }
    return candidates;
}

std::string top_member(TokenId id, double logprob, bool as_id) {
    std::string member;
    append_quoted(member, shown_token(id, as_id));
    member += ':';
    append_number(member, logprob);
    return member;
}

void add_prompt(CompletionLists& lists, const GenerationRequest& request, const Choice& choice) {
    const std::vector<TokenId>& tokens = choice.prompt().tokens;
    for (std::size_t position = 0; position < tokens.size(); ++position) {
        std::string top;
        const auto candidates = prompt_candidates(request, choice, position);
        for (const PromptCandidate& candidate : candidates) {
            top += top.empty() ? '{' : ',';
            top += top_member(candidate.id, candidate.logprob, request.tokens_as_ids);
        }
        const bool first = position == 0;
        lists.add(shown_token(tokens[position], request.tokens_as_ids),
                  first ? "null" : number_text(candidates.front().logprob),
                  first ? "null" : top + "}");
    }
}

void add_answer(CompletionLists& lists, const GenerationRequest& request, const Choice& choice,
                std::uint32_t from) {
    const Answer& answer = choice.answer();
    for (std::uint32_t position = from; position < choice.generated(); ++position) {
        const TokenId said = answer.at(position).id;
        const double logprob = answer.logprob(position);
        std::string top = "{" + top_member(said, logprob, request.tokens_as_ids);
        for (std::uint32_t rank = 1; static_cast<int>(rank) < request.logprobs; ++rank) {
            top += ',';
            top += top_member(answer.alternative(position, rank), ranked(logprob, rank),
                              request.tokens_as_ids);
        }
        lists.add(shown_token(said, request.tokens_as_ids), number_text(logprob), top + "}");
    }
}

}  // namespace

void append_chat_logprobs(std::string& out, const GenerationRequest& request, const Choice& choice,
                          std::uint32_t from) {
    const auto wanted = static_cast<std::uint32_t>(request.logprobs);
    out += R"({"content":[)";
    for (std::uint32_t position = from; position < choice.generated(); ++position) {
        if (position > from) out += ',';
        const TokenId said = choice.answer().at(position).id;
        const double logprob = choice.answer().logprob(position);
        append_chat_token(out, said, logprob, request.tokens_as_ids);
        out += R"(,"top_logprobs":[)";
        for (std::uint32_t rank = 0; rank < wanted; ++rank) {
            if (rank > 0) out += ',';
            const TokenId id = rank == 0 ? said : choice.answer().alternative(position, rank);
            append_chat_token(out, id, ranked(logprob, rank), request.tokens_as_ids);
            out += '}';
        }
        out += "]}";
    }
    out += "]}";
}

void append_completion_logprobs(std::string& out, const GenerationRequest& request, Choice& choice,
                                std::uint32_t from, bool with_prompt) {
    CompletionLists lists(choice.next_text_offset);
    if (with_prompt) add_prompt(lists, request, choice);
    if (!request.prompt_only) add_answer(lists, request, choice, from);
    lists.write(out);
    choice.next_text_offset = lists.offset();
}

void append_prompt_logprobs(std::string& out, const GenerationRequest& request,
                            const Choice& choice) {
    out += "[null";
    for (std::size_t position = 1; position < choice.prompt().tokens.size(); ++position) {
        const char* separator = ",{";
        for (const PromptCandidate& candidate : prompt_candidates(request, choice, position)) {
            out.append(separator).append("\"");
            separator = ",";
            append_number(out, candidate.id);
            out += R"(":{"logprob":)";
            append_number(out, candidate.logprob);
            out += R"(,"rank":)";
            append_number(out, candidate.rank);
            out += R"(,"decoded_token":)";
            append_quoted(out, token_text(candidate.id));
            out += '}';
        }
        out += '}';
    }
    out += ']';
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
