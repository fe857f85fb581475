#pragma once

/*
 * Lines that a conversion adds or joins, because version 3.0 of vCard writes them alone and version 4.0 in
 * another line or not at all: the label of an address (LABEL, or ADR;LABEL=), the text to sort by
 * (SORT-STRING, or N;SORT-AS=), and N, which version 4.0 may leave out. Private to this module.
 *
 * Lines that are added to a card of version 3.0 have X-CONVENED-MADE, with a hash of the value.
 */

#include "contact/card-line.h"

typedef struct CardLines {
        CardLine *lines;
        size_t n, room;
} CardLines;

/** made_add() - add a line. Return: 0, -ENOMEM, or -EFBIG above the maximum of @memory. */
int made_add(LineMemory *memory, CardLines *lines, const CardLine *line);
void made_done(CardLines *lines);

/** made_is() - whether a line was added by made_complete_3(), and has the value that it had then */
bool made_is(LineMemory *memory, const CardLine *line);

/**
 * made_begin_3() - before a card of version 4.0 is converted: remove the parameters that made_complete_4()
 * has added
 */
void made_begin_3(LineMemory *memory, CardLines *lines);

/**
 * made_complete_3() - add the lines to a card that is now of version 3.0. Return: 0 or -ENOMEM.
 * @lines: without BEGIN, VERSION and END
 */
int made_complete_3(LineMemory *memory, CardLines *lines);

/** made_complete_4() - add the parameters to a card that is now of version 4.0 */
void made_complete_4(LineMemory *memory, CardLines *lines);
