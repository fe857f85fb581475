#include "base/spool.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* /var/tmp is on a disk; /tmp is often in memory. */
#define DIRECTORY "/var/tmp"

void spool_pool_release(SpoolPool *pool, uint64_t bytes)
{
        if (pool)
                atomic_fetch_sub_explicit(&pool->used, bytes, memory_order_relaxed);
}

static int reserve(SpoolPool *pool, uint64_t bytes)
{
        if (!pool || atomic_fetch_add_explicit(&pool->used, bytes, memory_order_relaxed) + bytes <=
                                        pool->max)
                return 0;
        spool_pool_release(pool, bytes);
        return -ENOSPC;
}

void spool_done(Spool *spool)
{
        if (spool->fd >= 0) {
                close(spool->fd);
                spool_pool_release(spool->pool, spool->n_written);
        }
        spool->fd = -1;
        buffer_done(&spool->buffer);
}

/* Opens a file without a name. If that fails, as on some file systems, the content is kept in memory. */
static int open_file(Spool *spool)
{
        spool->fd = open(DIRECTORY, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (spool->fd < 0)
                spool->fd = memfd_create("spool", MFD_CLOEXEC);
        return spool->fd < 0 ? -errno : 0;
}

static int move(Spool *spool)
{
        int r = spool->fd < 0 ? open_file(spool) : 0;
        if (r == 0)
                r = reserve(spool->pool, spool->buffer.len);
        if (r != 0)
                return r;
        spool->n_written += spool->buffer.len;
        r = file_write_all(spool->fd, buffer_text(&spool->buffer), spool->buffer.len);
        if (r != 0)
                return r;
        buffer_reset(&spool->buffer);
        return 0;
}

int spool_settle(Spool *spool)
{
        int r = buffer_error(&spool->buffer);
        if (r != 0)
                return r;
        if (spool_len(spool) > spool->max)
                return -EFBIG;
        return spool->buffer.len > SPOOL_MEMORY_BYTES ? move(spool) : 0;
}

int spool_end(Spool *spool)
{
        int r = spool_settle(spool);
        return r != 0 || spool->fd < 0 ? r : move(spool);
}

uint64_t spool_len(const Spool *spool)
{
        return spool->n_written + spool->buffer.len;
}

int spool_take_fd(Spool *spool)
{
        int fd = spool->fd;
        spool->fd = -1;
        return fd;
}
