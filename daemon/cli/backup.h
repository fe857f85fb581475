#pragma once

/* Puts a copy of the store in its place: `convene restore FILE`, which runs without an open store. */

#include "cli/command.h"

/** backup_is_file() - whether the word of `convene restore` is a file: it has a slash, and no --version */
bool backup_is_file(const Cli *cli);

/** backup_restore() - restore the store from the file. Return: an exit code, after any messages. */
int backup_restore(Cli *cli);
