#pragma once

/* The output of `convene meet`: a meeting, the result of a step, and the mails that a step would send. */

#include "cli/command.h"
#include "meet/booking.h"

/**
 * meet_print_result() - print the meeting and, if the step was refused, why, and the nearest free times; with
 * --dry-run also the mails that were added at cli->now and are due at once
 * @condition: of booking_ask() or booking_step(): 0 or positive
 * Return: an exit code.
 */
int meet_print_result(Cli *cli, int condition, const BookingResult *result);

/** meet_print_row() - print a meeting as a line of a list; meet_print() - with all that is known of it */
int meet_print_row(Cli *cli, const Meeting *meeting);
int meet_print(Cli *cli, const Meeting *meeting);
