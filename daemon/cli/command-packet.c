#include "cli/command-packet.h"

#include "base/buffer.h"
#include "base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* The first text of a packet. It is changed with the form of the packets. */
#define PACKET_VERSION "convene " VERSION

enum { N_DESCRIPTORS = COMMAND_STANDARD + COMMAND_FILES_MAX };

/* Room for the descriptors, aligned as cmsg(3) shows it. */
typedef union Control {
        char bytes[CMSG_SPACE(sizeof(int) * N_DESCRIPTORS)];
        struct cmsghdr align;
} Control;

/* ---- Sending ---- */

static void append_text(Buffer *out, const char *text)
{
        buffer_append(out, text, strlen(text) + 1);
}

/* The texts, each with its NUL: the version, three of the caller, the number of files, the files, words. */
static int write_texts(const CommandPacket *packet, Buffer *out)
{
        const char *const head[] = { PACKET_VERSION, packet->language, packet->locale, packet->store };
        for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
                append_text(out, head[i]);
        buffer_printf(out, "%zu", packet->n_files);
        buffer_putc(out, '\0');
        for (size_t i = 0; i < packet->n_files; i++)
                append_text(out, packet->files[i].path);
        for (int i = 0; i < packet->n_words; i++)
                append_text(out, packet->words[i]);
        return buffer_error(out) ? -E2BIG : 0;
}

static void write_descriptors(const CommandPacket *packet, struct msghdr *message)
{
        struct cmsghdr *header = CMSG_FIRSTHDR(message);
        int descriptors[N_DESCRIPTORS];
        memcpy(descriptors, packet->standard, sizeof(packet->standard));
        for (size_t i = 0; i < packet->n_files; i++)
                descriptors[COMMAND_STANDARD + i] = packet->files[i].fd;
        size_t bytes = sizeof(int) * (COMMAND_STANDARD + packet->n_files);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(bytes);
        memcpy(CMSG_DATA(header), descriptors, bytes);
        message->msg_controllen = CMSG_SPACE(bytes);
}

int command_packet_send(int socket, const CommandPacket *packet)
{
        CLEANUP(buffer_done) Buffer texts = BUFFER_INIT(COMMAND_BYTES_MAX);
        Control control = { .bytes = { 0 } };
        int r = write_texts(packet, &texts);
        if (r < 0)
                return r;
        struct iovec part = { texts.data, texts.len };
        struct msghdr message = { .msg_iov = &part,
                .msg_iovlen = 1,
                .msg_control = control.bytes,
                .msg_controllen = sizeof(control.bytes) };
        write_descriptors(packet, &message);
        ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
        return sent >= 0 ? 0 : errno == EMSGSIZE ? -E2BIG : -errno;
}

/* ---- Receiving ---- */

/* Return: the text at @at, which moves behind it; NULL if the packet ends before its NUL. */
static char *next_text(char **at, const char *end)
{
        char *text = *at, *nul = text < end ? memchr(text, '\0', (size_t)(end - text)) : NULL;
        if (!nul)
                return NULL;
        *at = nul + 1;
        return text;
}

/* Gives the texts of the files their descriptors: those after the three of COMMAND_STANDARD. */
static bool read_files(char **at, const char *end, CommandPacket *packet)
{
        const char *number = next_text(at, end);
        if (!number || strtoul(number, NULL, 10) != packet->n_files)
                return false;
        for (size_t i = 0; i < packet->n_files; i++)
                if (!(packet->files[i].path = next_text(at, end)))
                        return false;
        return true;
}

static int read_words(char *at, const char *end, CommandPacket *packet)
{
        packet->words = calloc(COMMAND_WORDS_MAX + 1, sizeof(packet->words[0]));
        char *word;
        if (!packet->words)
                return -ENOMEM;
        while (packet->n_words < COMMAND_WORDS_MAX && (word = next_text(&at, end)))
                packet->words[packet->n_words++] = word;
        return at == end && packet->n_words > 0 ? 0 : -EBADMSG;
}

static int read_texts(CommandPacket *packet, size_t len)
{
        char *at = packet->bytes, *end = at + len;
        const char *version = next_text(&at, end);
        packet->language = next_text(&at, end);
        packet->locale = next_text(&at, end);
        packet->store = next_text(&at, end);
        bool is_whole = packet->store && strcmp(version, PACKET_VERSION) == 0 &&
                        read_files(&at, end, packet);
        return is_whole ? read_words(at, end, packet) : -EBADMSG;
}

static int read_descriptors(struct msghdr *message, CommandPacket *packet)
{
        const struct cmsghdr *header = CMSG_FIRSTHDR(message);
        int descriptors[N_DESCRIPTORS];
        if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
                return -EBADMSG;
        size_t n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(descriptors, CMSG_DATA(header), n * sizeof(int));
        for (size_t i = 0; i < n && i < COMMAND_STANDARD; i++)
                packet->standard[i] = descriptors[i];
        for (size_t i = COMMAND_STANDARD; i < n; i++)
                packet->files[packet->n_files++].fd = descriptors[i];
        return n < COMMAND_STANDARD ? -EBADMSG : 0;
}

int command_packet_receive(int socket, CommandPacket *ret)
{
        Control control;
        *ret = (CommandPacket){ .standard = { -1, -1, -1 } };
        ret->bytes = malloc(COMMAND_BYTES_MAX);
        if (!ret->bytes)
                return -ENOMEM;
        struct iovec part = { ret->bytes, COMMAND_BYTES_MAX };
        struct msghdr message = { .msg_iov = &part,
                .msg_iovlen = 1,
                .msg_control = control.bytes,
                .msg_controllen = sizeof(control.bytes) };
        ssize_t len = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
        if (len < 0)
                return -errno;
        int r = read_descriptors(&message, ret);
        if (r == 0 && (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
                r = -EBADMSG;
        return r == 0 ? read_texts(ret, (size_t)len) : r;
}

void command_packet_done(CommandPacket *packet)
{
        for (size_t i = 0; i < COMMAND_STANDARD; i++)
                cleanup_close(&packet->standard[i]);
        for (size_t i = 0; i < packet->n_files; i++)
                cleanup_close(&packet->files[i].fd);
        free(packet->words);
        free(packet->bytes);
}
