#pragma once

/* The actions of `convene contact`. Each returns an exit code, after any messages. */

#include "cli/command.h"

int contact_import_action(Cli *cli);
int contact_export_action(Cli *cli);
int contact_erase_action(Cli *cli);
int contact_merge_action(Cli *cli);
int contact_restore_action(Cli *cli);
