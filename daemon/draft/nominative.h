#pragma once

/*
 * Private to draft/: puts the name of an event into the nominative: "международной выставке" becomes
 * "международная выставка".
 */

#include "base/buffer.h"
#include "draft/mention.h"

/**
 * nominative_write() - append the words of a mention, the event's word and the adjectives before it in the
 * nominative singular Return: whether anything was changed; only then is anything appended.
 */
bool nominative_write(const TokenText *text, const Mention *mention, Buffer *out);
