#pragma once

/* Leads as readable text: "a week before, at 10:00". */

#include "base/buffer.h"
#include "base/language.h"
#include "calendar/lead.h"

/**
 * lead_text() - append a lead as plain text. If there is no phrase for it, append its canonical form.
 *
 * Return: 0 or negative errno.
 */
int lead_text(Buffer *out, Language language, const Lead *lead);

/** lead_text_list() - append several leads, with semicolons between them. Return: as lead_text(). */
int lead_text_list(Buffer *out, Language language, const Lead *leads, size_t n);
