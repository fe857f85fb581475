#pragma once

/*
 * A command that `convene` hands to a process with more rights, as one packet on a SOCK_SEQPACKET socket of
 * AF_UNIX. The packet has the words, and beside it the descriptors of standard input, output and error and
 * of the files that the command reads (unix(7), SCM_RIGHTS). The reply is one byte, the exit code.
 */

#include "cli/caller-file.h"

enum {
        COMMAND_STANDARD = 3,                       /* input, output, error */
        COMMAND_FILES_MAX = 250 - COMMAND_STANDARD, /* the kernel takes 253 descriptors at a time */
        COMMAND_BYTES_MAX = 128 * 1024,
        COMMAND_WORDS_MAX = 4096,
};

/** A packet; command_packet_done() frees what is received. */
typedef struct CommandPacket {
        const char *language, *locale; /* a tag; the locale of the system's messages */
        const char *store;             /* the URL in the caller's configuration */
        char **words;                  /* from the name of the command on, ended by NULL */
        int n_words;
        int standard[COMMAND_STANDARD];
        CallerFile files[COMMAND_FILES_MAX];
        size_t n_files;
        char *bytes; /* of a received packet: the texts, owned */
} CommandPacket;

/** command_packet_send() - Return: 0; -E2BIG if there is too much of it; other negative errno. */
int command_packet_send(int socket, const CommandPacket *packet);

/**
 * command_packet_receive() - receive a packet from anyone who may connect
 * @ret: the texts and descriptors are the caller's until command_packet_done(), also after a failure
 * Return: 0; -EBADMSG if it is no packet of this version; other negative errno.
 */
int command_packet_receive(int socket, CommandPacket *ret);

void command_packet_done(CommandPacket *packet);
