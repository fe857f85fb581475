#include "http/pace.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

/*
 * Reads how many bytes the client has acknowledged. Written bytes do not count: they may wait in the kernel
 * for minutes.
 */
static bool read_acknowledged(int fd, uint64_t *ret)
{
        struct tcp_info info = { 0 };
        socklen_t len = sizeof(info);
        if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0 ||
                        len < offsetof(struct tcp_info, tcpi_bytes_acked) + sizeof(info.tcpi_bytes_acked))
                return false;
        *ret = info.tcpi_bytes_acked;
        return true;
}

static void begin(Pace *pace, usec_t reply, usec_t now, uint64_t acknowledged)
{
        *pace = (Pace){ .reply = reply, .at = now, .good = now, .acknowledged = acknowledged };
}

void pace_sample(Pace *pace, int fd, usec_t reply, usec_t now)
{
        bool is_same = pace->reply == reply;
        uint64_t acknowledged;
        if (is_same && now - pace->at < PACE_SAMPLE_SECONDS * USEC_PER_SEC)
                return;
        if (!read_acknowledged(fd, &acknowledged)) {
                pace->reply = 0;
                return;
        }
        if (!is_same) {
                begin(pace, reply, now, acknowledged);
                return;
        }
        pace->bytes_per_second =
                        (acknowledged - pace->acknowledged) * USEC_PER_SEC / (uint64_t)(now - pace->at);
        pace->acknowledged = acknowledged;
        pace->at = now;
        if (pace->bytes_per_second >= PACE_LEAST)
                pace->good = now;
}

bool pace_is_too_slow(const Pace *pace, usec_t now, usec_t span)
{
        return pace->reply && now - pace->good >= span;
}
