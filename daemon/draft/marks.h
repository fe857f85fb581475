#pragma once

/* The words of a text that fields of drafts were read from. */

#include "draft/model.h"

/**
 * draft_marks() - call @on_piece for the whole text, in pieces
 * @is_marked: the piece is a field's words
 * Return: 0, the nonzero result of the callback, -ENOMEM.
 */
int draft_marks(const DraftSet *set,
                int (*on_piece)(const char *text, size_t len, bool is_marked, void *userdata),
                void *userdata);
