#pragma once

/* For the tests of cards: a card from its text. */

#include "base/file.h"
#include "contact/card.h"

#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define HEAD   "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:visitor-1\r\nFN:Visitor\r\n"
#define HEAD_3 "BEGIN:VCARD\nVERSION:3.0\nN:V;;;;\nUID:visitor-1\nFN:Visitor\n"
#define TAIL   "END:VCARD\r\n"

static inline void cleanup_buffer(Buffer *buffer)
{
        buffer_done(buffer);
}
