#pragma once

/*
 * A text that names a process of this machine, for others that must know whether the process is gone. It has
 * the boot, the namespace of process numbers (pid_namespaces(7)), the number and the time of the start,
 * so it is never that of another process.
 */

#include <stdbool.h>

enum { PROCESS_NAME_SIZE = 128, PROCESS_BOOT_SIZE = 37 };

/** process_name() - name this process; "" if the system does not tell */
void process_name(char ret[static PROCESS_NAME_SIZE]);

/**
 * process_is_gone() - whether it is certain that a process has ended. A process of another machine, of an
 * earlier boot or of another namespace counts as not gone, as does the name "".
 */
bool process_is_gone(const char *name);

/**
 * process_boot() - name the machine's boot, unlike that of any other boot or machine; "" if the system does
 * not tell
 */
void process_boot(char ret[static PROCESS_BOOT_SIZE]);
