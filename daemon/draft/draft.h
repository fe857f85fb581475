#pragma once

/*
 * Drafts of events out of a press text, in Russian or English. Nothing is invented: each field has the
 * words that it was read from, how well it is known, and why. What the text does not say stays open. No
 * network and no model is used; the words are in strings-LANGUAGE.c, the towns in the gazetteer.
 *
 * The order of work: draft/source reads a file's format; draft/token and draft/lexicon make words of the
 * text; draft/date, draft/clock-time, draft/gazetteer, draft/person and draft/contact find the parts;
 * draft/mention finds where the text speaks of an event; draft/assemble decides which mentions are one
 * event, and which dates, places and people belong to it.
 */

#include "draft/model.h"

/**
 * draft_read() - read a text
 * @text: UTF-8, borrowed for the life of the DraftSet
 * @ret:  draft_set_done() is due in every case
 *
 * Time is linear in @len, and so is memory.
 * Return: 0, -EFBIG for more than DRAFT_TEXT_MAX_BYTES, -ENOMEM.
 */
int draft_read(const char *text, size_t len, const DraftOptions *options, DraftSet *ret);
void draft_set_done(DraftSet *set);

/** draft_basis_name() - "STATED", "PUBLIC", "INFERRED"; "" for an open field */
const char *draft_basis_name(DraftBasis basis);

/** draft_why_text() - the reason in a language (a tag); static */
const char *draft_why_text(DraftWhy why, const char *language);

/** draft_event_is_dated() - whether the first and last day are whole, so that the draft may be a VEVENT */
bool draft_event_is_dated(const DraftEvent *event);
