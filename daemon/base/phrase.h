#pragma once

/*
 * Translations of error messages about input. Parsers write them in English, the journal's language. A
 * table maps each English sentence, a format of printf(3), to a sentence with the same arguments. Each
 * module with such messages has one table for each language, in strings-LANGUAGE.c (base/language.h); the
 * English table is empty. tests/check-phrases fails on a sentence that is missing from a table.
 *
 * `convene` sets its tables once, before it reads anything. The daemon sets none for good: its journal is in
 * English. A page sets those of its reader while it reads what the reader has sent.
 */

#include <stddef.h>

typedef struct Phrase {
        const char *english; /* NULL ends a table */
        const char *text;    /* may take the arguments in another order: "%2$s: %1$s" */
} Phrase;

/**
 * phrase_speak() - set the tables for the rest of the process; call it before a second thread starts
 * @tables: ended by NULL, never freed; NULL for plain English
 */
void phrase_speak(const Phrase *const *tables);

/**
 * phrase_speak_here() - set the tables for this thread alone, while it reads the input of one person, whose
 * language is not that of the journal
 * @tables: as for phrase_speak(), which they precede; NULL to end it
 */
void phrase_speak_here(const Phrase *const *tables);

/**
 * phrase() - translate an English sentence by the first table that has it; if none has, return @english.
 */
const char *phrase(const char *english) __attribute__((format_arg(1)));
