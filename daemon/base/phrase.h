#pragma once

/*
 * The words for complaints about input in the language of a command. The parsers say them in English, as the
 * journal has them; a table gives each English sentence, which is a format of printf(3), another one with the
 * same arguments. Each module that complains has such a table in strings-LANGUAGE.c (base/language.h), where
 * the English one is empty, and tests/check-phrases fails on a sentence that a table lacks.
 *
 * `convene` sets its tables once, before it reads anything. The daemon sets none, so that its journal is in English.
 */

#include <stddef.h>

typedef struct Phrase {
        const char *english; /* NULL ends a table */
        const char *text;    /* may take the arguments in another order: "%2$s: %1$s" */
} Phrase;

/**
 * phrase_speak() - the tables for the rest of the process, before it has a second thread
 * @tables: ended by NULL, never freed; NULL for plain English
 */
void phrase_speak(const Phrase *const *tables);

/** phrase() - the words for an English sentence: those of the first table that has it, else @english itself. */
const char *phrase(const char *english) __attribute__((format_arg(1)));
