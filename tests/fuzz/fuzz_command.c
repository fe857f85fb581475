/*
 * A packet of `convene --serve` from anyone who may connect: what is received lies in the packet, has no
 * more files than descriptors, and is the same after it was sent on; no descriptor is left open. The first
 * byte says how many descriptors come with it, the rest is the packet.
 */

#include "cli/command-packet.h"

#include "base/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { N_DESCRIPTORS = COMMAND_STANDARD + COMMAND_FILES_MAX, DESCRIPTORS_SEEN = 2 * N_DESCRIPTORS };

/* Sends bytes as they are, with copies of one descriptor. Return: whether the kernel took them. */
static bool send_bytes(int socket, int fd, size_t n, const uint8_t *bytes, size_t len)
{
        union {
                char bytes[CMSG_SPACE(sizeof(int) * N_DESCRIPTORS)];
                struct cmsghdr align;
        } control = { .bytes = { 0 } };
        int descriptors[N_DESCRIPTORS];
        struct iovec part = { (void *)(uintptr_t)bytes, len };
        struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
        for (size_t i = 0; i < n; i++)
                descriptors[i] = fd;
        if (n > 0) {
                message.msg_control = control.bytes;
                message.msg_controllen = CMSG_SPACE(sizeof(int) * n);
                struct cmsghdr *header = CMSG_FIRSTHDR(&message);
                header->cmsg_level = SOL_SOCKET;
                header->cmsg_type = SCM_RIGHTS;
                header->cmsg_len = CMSG_LEN(sizeof(int) * n);
                memcpy(CMSG_DATA(header), descriptors, sizeof(int) * n);
        }
        return sendmsg(socket, &message, MSG_NOSIGNAL) >= 0;
}

static void check_files(const CommandPacket *packet, size_t n_descriptors)
{
        assert(packet->n_files + COMMAND_STANDARD == n_descriptors);
        for (size_t i = 0; i < packet->n_files; i++)
                assert(packet->files[i].path && fcntl(packet->files[i].fd, F_GETFD) == FD_CLOEXEC);
        for (size_t i = 0; i < COMMAND_STANDARD; i++)
                assert(fcntl(packet->standard[i], F_GETFD) == FD_CLOEXEC);
}

static void check_words(const CommandPacket *packet)
{
        assert(packet->n_words > 0 && packet->n_words <= COMMAND_WORDS_MAX);
        for (int i = 0; i < packet->n_words; i++)
                assert(packet->words[i] >= packet->bytes &&
                                packet->words[i] < packet->bytes + COMMAND_BYTES_MAX);
        assert(!packet->words[packet->n_words]);
}

/* Sends a packet that was received, and receives it again. */
static void check_again(const int *sockets, const CommandPacket *packet)
{
        CLEANUP(command_packet_done) CommandPacket again = { .standard = { -1, -1, -1 } };
        assert(command_packet_send(sockets[0], packet) == 0);
        assert(command_packet_receive(sockets[1], &again) == 0);
        assert(again.n_words == packet->n_words && again.n_files == packet->n_files);
        assert(strcmp(again.language, packet->language) == 0 && strcmp(again.store, packet->store) == 0);
        for (int i = 0; i < again.n_words; i++)
                assert(strcmp(again.words[i], packet->words[i]) == 0);
        for (size_t i = 0; i < again.n_files; i++)
                assert(strcmp(again.files[i].path, packet->files[i].path) == 0);
}

static void receive(const uint8_t *data, size_t size)
{
        CLEANUP(command_packet_done) CommandPacket packet = { .standard = { -1, -1, -1 } };
        CLEANUP(cleanup_close) int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        CLEANUP(cleanup_close) int own = -1;
        CLEANUP(cleanup_close) int peer = -1;
        int sockets[2];
        assert(fd >= 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) == 0);
        own = sockets[0], peer = sockets[1];
        size_t n = size > 0 ? data[0] % (N_DESCRIPTORS + 1) : 0;
        if (size == 0 || !send_bytes(own, fd, n, data + 1, size - 1))
                return;
        int r = command_packet_receive(peer, &packet);
        assert(r == 0 || r == -EBADMSG);
        if (r != 0)
                return;
        check_files(&packet, n);
        check_words(&packet);
        check_again(sockets, &packet);
}

static int count_descriptors(void)
{
        int n = 0;
        for (int fd = 0; fd < DESCRIPTORS_SEEN; fd++)
                n += fcntl(fd, F_GETFD) >= 0;
        return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        int before = count_descriptors();
        receive(data, size);
        assert(count_descriptors() == before);
        return 0;
}
