// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_vocabulary.h"

#include <array>
#include <utility>

#include "testing/sim_json_text.h"

namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim {
namespace {

// Separated by spaces. A few are not ASCII, so that streams carry multi-byte characters.
constexpr std::string_view word_list =
    "the of and to in is that it for on as with was are be this by from at or an which have has "
    "not but they you we he she his her its their our your one all can will would there when what "
    "who how why where if then than so no yes more most some any each other into over under about "
    "after before between through because while during against again still just only also even "
    "very much many such same new old good great small large long short high low early late right "
    "left first last next own few least less every both either neither never always often "
    "sometimes "
    "usually time year day week month hour minute second people man woman child world life hand "
    "part place case point government company number group problem fact water air earth fire light "
    "sky blue red green white black color sun moon star sea river mountain tree leaf flower animal "
    "bird fish dog cat horse house home room door window street city town country road way line "
    "side end start middle center top bottom back front body head face eye ear mouth heart mind "
    "idea thought word name story book page letter language question answer reason result effect "
    "cause change form kind type sort set list map table index value key item object class method "
    "function variable string integer float boolean array vector matrix tensor model token prompt "
    "sequence batch layer network weight gradient train training test data dataset sample feature "
    "label input output memory cache disk file folder path server client request response message "
    "stream event error warning status code system process thread task queue lock wait send "
    "receive read write open close begin finish run stop load store save delete create update "
    "find search sort filter count sum average mean median minimum maximum total rate speed "
    "latency throughput limit budget cost price market trade money bank work job office school "
    "student teacher science physics chemistry biology history music art film game play sport team "
    "player rule law court right power energy force field wave particle atom molecule electron "
    "scatter scatters scattering wavelength atmosphere sunlight temperature pressure volume mass "
    "weight length width height depth area surface space shape circle square simple complex easy "
    "hard fast slow strong weak hot cold warm cool dry wet clean dirty bright dark loud quiet soft "
    "rough smooth sharp deep wide narrow thick thin heavy full empty open free busy ready safe "
    "possible likely certain clear true false real local remote public private common rare "
    "important different similar several general special particular single double triple make "
    "makes made take takes took give gives gave get gets got go goes went come comes came see sees "
    "saw know knows knew think thinks say says said tell tells told ask asks asked use uses used "
    "help helps need needs want wants look looks seem seems feel feels try tries keep keeps let "
    "lets show shows mean means call calls turn turns move moves live lives bring brings happen "
    "happens explain explains describe describes because therefore however although perhaps maybe "
    "example however means between password reset account login email user admin config option "
    "default version release build install package library module import export return define "
    "def self print main exec parse json http https url host port socket connection timeout retry "
    "hello thanks please sorry welcome today tomorrow yesterday morning evening night "
    "café naïve über señor français straße 東京 こんにちは 世界 привет мир "
    "🙂 "
    "🚀 "
    "→ "
    "€";

constexpr std::array<std::string_view, 6> mark_list{".", ",", ";", ":", "!", "?"};

// Pieces that save tokens in JSON, code and numbers; never generated as prose.
constexpr std::string_view other_list =
    "ing tion ed er est ly ment ness able 00 10 20 000 -- ---- == != <= >= -> () [] {} {\" \"} "
    "\": \", :// ... The This That What When Where Why How Who Is Are Do Does Can Could Would You "
    "We It In On For And But If a b c d e f g h i j k l m n o p q r s t u v w x y z I A";

template <class Use>
void for_each_word(std::string_view list, Use use) {
    while (!list.empty()) {
        const std::size_t space = list.find(' ');
        use(list.substr(0, space));
        list.remove_prefix(space == std::string_view::npos ? list.size() : space + 1);
    }
}

}  // namespace

const Vocabulary& Vocabulary::instance() {
    static const Vocabulary vocabulary;
    return vocabulary;
}

Vocabulary::Vocabulary() : nodes_(1) {
    for (const auto* name :
         {"<s>", "</s>", "<|user|>", "<|assistant|>", "<|system|>", "<|media|>"}) {
        pieces_.push_back({name, name, true});
    }
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text(1, static_cast<char>(byte));
        pieces_.push_back({text, {}, byte < 0x80});
        if (byte < 0x80) append_escaped(pieces_.back().escaped, text);
    }
    for (const std::string_view mark : mark_list) {
        marks_.push_back(first_byte_token + static_cast<unsigned char>(mark[0]));
    }
    for_each_word(word_list, [this](std::string_view word) {
        const TokenId spaced = add(std::string(" ").append(word));
        if (spaced + 1 == size()) words_.push_back(spaced);
        add(std::string(word));
    });
    for_each_word(other_list, [this](std::string_view word) {
        add(std::string(word));
        add(std::string(" ").append(word));
    });
    for (const auto* blank : {"  ", "    ", "        ", "\n\n", "\n    "})
        add(blank);
}

TokenId Vocabulary::add(std::string text) {
    const Match known = longest_match(text);
    if (known.length == text.size()) return known.id;
    const TokenId id = size();
    std::string escaped;
    append_escaped(escaped, text);
    pieces_.push_back({std::move(text), std::move(escaped), true});
    index(id);
    return id;
}

void Vocabulary::index(TokenId id) {
    std::size_t node = 0;
    for (const char c : pieces_[id].text) {
        std::uint8_t& letter = classes_[static_cast<unsigned char>(c)];
        if (letter == 0) {
            // All classes taken: the piece stays out of reach of the tokenizer, which is harmless.
            if (next_class_ == class_count) return;
            letter = next_class_++;
        }
        if (nodes_[node].children[letter] == 0) {
            nodes_[node].children[letter] = static_cast<std::uint16_t>(nodes_.size());
            nodes_.emplace_back();
        }
        node = nodes_[node].children[letter];
    }
    nodes_[node].id = id;
}

Vocabulary::Match Vocabulary::longest_match(std::string_view text) const noexcept {
    Match best{first_byte_token + static_cast<unsigned char>(text[0]), 1};
    std::size_t node = 0;
    for (std::uint32_t length = 0; length < text.size();) {
        const std::uint8_t letter = classes_[static_cast<unsigned char>(text[length])];
        if (letter == 0) break;
        node = nodes_[node].children[letter];
        if (node == 0) break;
        ++length;
        if (nodes_[node].id != 0) best = {nodes_[node].id, length};
    }
    return best;
}

}  // namespace vllm_client::inline VLLM_CLIENT_ABI::testing::sim
