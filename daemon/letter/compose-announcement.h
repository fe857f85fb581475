#pragma once

/* The mail of an announcement: the office's own text, with the usual footer. */

#include "letter/letter.h"
#include "store/announcement.h"

/**
 * compose_announcement() - append the mail. Each line of the body is a paragraph.
 * Return: 0, -EINVAL if the sender or the recipient has no valid address, or another negative errno.
 */
int compose_announcement(const AnnouncementText *text, const LetterOptions *options, Buffer *out);

/** compose_announcement_text() - append the plain text, for a preview */
int compose_announcement_text(const AnnouncementText *text, const LetterOptions *options, Buffer *out);
