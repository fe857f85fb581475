#pragma once

/* Inside draft/mention* only: how far the name of an event reaches. */

#include "draft/mention.h"

/** mention_name_begin() - the first token of the name whose event's word is at @head */
size_t mention_name_begin(const TokenText *text, size_t head);

/**
 * mention_name_end() - the token after the name
 * @at:      the token after the event's word
 * @mention: its frame is known; the quotation is set if there is one
 */
size_t mention_name_end(const TokenText *text, size_t at, Mention *mention);

/** mention_is_roman() - whether a token is a Roman number, as in "IV форум" */
bool mention_is_roman(const Token *token);
