#pragma once

/*
 * The file with the state of a store that is not in its objects (store/transfer.h): `convene export` writes
 * it into its folder, and `convene import` reads it from there.
 */

#include "cli/import-source.h"
#include "store/transfer.h"

#define STATE_FILE_NAME   "store.jsonl"
#define STATE_FILE_SUFFIX ".jsonl"

/** state_file_write() - write the file into a folder, in the current transaction. @directory: descriptor */
int state_file_write(Cli *cli, int directory);

/** A file that is imported; call state_file_done() in any case. */
typedef struct StateFile {
        char *path; /* NULL: there is none */
        ImportSource source;
        Transfer *transfer;
} StateFile;

void state_file_done(StateFile *file);

/**
 * state_file_open() - read a file, and prepare the store for the objects that follow
 * @directory: a folder that may have the file; NULL if @name is the path
 * @ret_error: on TRANSFER_E_INVALID
 *
 * Return: 0, also if there is no such file: then @ret->path is NULL; TRANSFER_E_INVALID, conditions of the
 * store, negative errno.
 */
int state_file_open(
                Cli *cli, const char *directory, const char *name, StateFile *ret, InputError *ret_error);

/**
 * state_file_add() - add the lines of the file to the store, after the objects; does nothing without a file
 * Return: as state_file_open().
 */
int state_file_add(StateFile *file, InputError *ret_error, TransferResult *ret);
