#pragma once

/* Messages about objects of a damaged store that a command has left out. */

#include "cli/command.h"
#include "store/object.h"

/** loss_report() - name a lost object, or a range of numbers where objects may be lost, on standard error */
void loss_report(const Cli *cli, const ObjectLoss *loss);

/** loss_report_damaged() - name an object whose text or whose rows in other tables are damaged */
void loss_report_damaged(const Cli *cli, const ObjectRecord *record);
