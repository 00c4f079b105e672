// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vllm_client/version.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {

using TokenId = std::uint32_t;

/// Ids of the markers that no text is ever read as.
enum SpecialToken : TokenId {
    token_begin = 0,
    token_end = 1,
    token_user = 2,
    token_assistant = 3,
    token_system = 4,
    token_media = 5,
    first_byte_token = 6,
};

/// The fixed list of tokens: markers, the 256 bytes, then pieces of text. Every byte string can be
/// written in it, and every list of ids read back. Immutable, so safe from any thread.
class Vocabulary {
 public:
    struct Piece {
        std::string text;     ///< Bytes; a marker's name for markers.
        std::string escaped;  ///< The text inside a JSON string; empty unless `whole`.
        bool whole{false};    ///< Complete UTF-8, so that it can be shown on its own.
    };

    /// The one instance.
    [[nodiscard]] static const Vocabulary& instance();

    [[nodiscard]] TokenId size() const noexcept { return static_cast<TokenId>(pieces_.size()); }
    [[nodiscard]] const Piece& piece(TokenId id) const { return pieces_[id]; }

    /// Ids of the pieces that generated prose is made of; each begins with a space or is a
    /// punctuation mark, and each is whole.
    [[nodiscard]] const std::vector<TokenId>& words() const noexcept { return words_; }
    [[nodiscard]] const std::vector<TokenId>& marks() const noexcept { return marks_; }

    /// Length of the longest piece at the start of `text` (at least 1), and its id.
    struct Match {
        TokenId id;
        std::uint32_t length;
    };
    [[nodiscard]] Match longest_match(std::string_view text) const noexcept;

    Vocabulary(const Vocabulary&) = delete;
    Vocabulary& operator=(const Vocabulary&) = delete;

 private:
    Vocabulary();
    TokenId add(std::string text);
    void index(TokenId id);

    // A trie over a reduced alphabet: class 0 is "in no piece", so it has no children.
    static constexpr std::uint8_t class_count = 128;
    struct Node {
        std::array<std::uint16_t, class_count> children{};
        TokenId id{0};
    };

    std::vector<Piece> pieces_;
    std::vector<TokenId> words_;
    std::vector<TokenId> marks_;
    std::vector<Node> nodes_;
    std::array<std::uint8_t, 256> classes_{};
    std::uint8_t next_class_{1};
};

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
