#pragma once

/* The state of an import, and what it says about it: faults, progress, and the numbers at the end. */

#include "cli/command.h"
#include "store/object.h"

typedef struct Import {
        Cli *cli;
        const char *file; /* as the caller named it */
        const char *calendar, *addressbook;
        const char *folder; /* the collection that the file's folder names; NULL for none */
        DueNotify notify;
        bool strict, progress, quiet;
        bool whole; /* one transaction: objects without the state of the store could be mailed about again */
        int in_batch;
        int64_t n[3]; /* by ObjectOutcome */
        int64_t n_stale, n_refused, n_warnings;
        int64_t n_files;
        int64_t n_state, n_state_lost; /* records of the state of a store */
        Buffer parts;  /* UIDs of parts, one per line, to be checked at the end: a parent may come later */
        bool no_input; /* a file or folder was not readable, or empty */
} Import;

/** import_say() - write a fault or a warning, with the file */
void import_say(const Import *import, const InputError *error);

/** import_refuse() - say why an object is refused, and count it */
void import_refuse(Import *import, const InputError *error);

/** import_on_warning() - say a warning, unless the import is quiet, and count it. Return: 0. */
int import_on_warning(const InputError *warning, void *userdata);

/** import_say_of_store() - say a condition of the store about the object @uid */
void import_say_of_store(const Import *import, int condition, size_t line, const char *uid);

/** import_count_done() - the number of objects that were read so far */
int64_t import_count_done(const Import *import);

/** import_show_progress() - show this number on a terminal now and then */
void import_show_progress(const Import *import);

/** import_print_result() - print the numbers at the end */
void import_print_result(const Import *import);
