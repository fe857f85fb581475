#pragma once

/* Short forms of UIDs on the command line. */

#include "cli/command.h"

/**
 * prefix_expand() - if the first word of the command names an object and is only the beginning of one UID,
 * put the whole UID in its place. A word that is too short, is a UID itself or has an @ stays as it is.
 * Return: CLI_DONE; CLI_REFUSED after a message, if several UIDs begin with the word.
 */
int prefix_expand(Cli *cli);
