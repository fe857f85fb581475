#pragma once

/* Prints meetings, the results of steps and the mails of a dry run, for `convene meet`. */

#include "cli/command.h"
#include "meet/booking.h"

/**
 * meet_print_result() - print the meeting. If the step was refused, print the reason and the nearest free
 * times. With --dry-run, also print the mails that were added at cli->now and are due at once.
 * @condition: of booking_ask() or booking_step(): 0 or positive
 * Return: an exit code.
 */
int meet_print_result(Cli *cli, int condition, const BookingResult *result);

/**
 * meet_print_row() - print a meeting as one line of a list. Return: 0, a condition of the store, negative
 * errno.
 */
int meet_print_row(Cli *cli, const Meeting *meeting);

/** meet_print() - print all details of a meeting. Return: 0, a condition of the store, negative errno. */
int meet_print(Cli *cli, const Meeting *meeting);
