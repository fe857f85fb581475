#pragma once

/* QR codes (ISO/IEC 18004) as pictures within a page. */

#include "base/buffer.h"

/**
 * qr_write() - append an <svg> of a text
 * @label: a description of the picture, plain
 *
 * Return: 0, -ENOMEM, or -EMSGSIZE if the text is too long for a code that phones can read; then nothing is
 * appended.
 */
int qr_write(Buffer *out, const char *text, const char *label);
