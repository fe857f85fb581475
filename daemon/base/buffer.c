#include "base/buffer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { BUFFER_FIRST_ALLOCATION = 256 };

void buffer_done(Buffer *buffer)
{
        free(buffer->data);
        *buffer = (Buffer){ .max = buffer->max };
}

void buffer_reset(Buffer *buffer)
{
        buffer->len = 0;
        buffer->error = 0;
        if (buffer->data)
                buffer->data[0] = '\0';
}

void buffer_reserve(Buffer *buffer, size_t len)
{
        if (buffer->error)
                return;
        if (len > buffer->max - buffer->len) {
                buffer->error = -EFBIG;
                return;
        }
        size_t needed = buffer->len + len + 1;
        if (needed <= buffer->allocated)
                return;
        size_t grown = buffer->allocated ? buffer->allocated + buffer->allocated / 2
                                         : BUFFER_FIRST_ALLOCATION;
        size_t size = grown > needed ? grown : needed;
        char *data = realloc(buffer->data, size);
        if (!data) {
                buffer->error = -ENOMEM;
                return;
        }
        buffer->data = data;
        buffer->allocated = size;
}

void buffer_append(Buffer *buffer, const void *bytes, size_t len)
{
        buffer_reserve(buffer, len);
        if (buffer->error)
                return;
        if (len > 0)
                memcpy(buffer->data + buffer->len, bytes, len);
        buffer->len += len;
        buffer->data[buffer->len] = '\0';
}

void buffer_puts(Buffer *buffer, const char *text)
{
        buffer_append(buffer, text, strlen(text));
}

void buffer_putc(Buffer *buffer, char c)
{
        buffer_append(buffer, &c, 1);
}

void buffer_vprintf(Buffer *buffer, const char *format, va_list arguments)
{
        va_list counted;
        va_copy(counted, arguments);
        int len = vsnprintf(NULL, 0, format, counted);
        va_end(counted);
        if (len < 0) {
                buffer->error = buffer->error ? buffer->error : -ENOMEM;
                return;
        }
        buffer_reserve(buffer, (size_t)len);
        if (buffer->error)
                return;
        vsnprintf(buffer->data + buffer->len, (size_t)len + 1, format, arguments);
        buffer->len += (size_t)len;
}

void buffer_printf(Buffer *buffer, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        buffer_vprintf(buffer, format, arguments);
        va_end(arguments);
}

void buffer_insert(Buffer *buffer, size_t at, const void *bytes, size_t len)
{
        buffer_reserve(buffer, len);
        if (buffer->error || len == 0)
                return;
        memmove(buffer->data + at + len, buffer->data + at, buffer->len - at);
        memcpy(buffer->data + at, bytes, len);
        buffer->len += len;
        buffer->data[buffer->len] = '\0';
}

void buffer_remove(Buffer *buffer, size_t at, size_t len)
{
        if (buffer->error || len == 0)
                return;
        memmove(buffer->data + at, buffer->data + at + len, buffer->len - at - len);
        buffer->len -= len;
        buffer->data[buffer->len] = '\0';
}

void buffer_trim(Buffer *buffer, size_t from, const char *set)
{
        size_t len = buffer->len;
        while (len > from && memchr(set, buffer->data[len - 1], strlen(set)))
                len--;
        buffer_remove(buffer, len, buffer->len - len);
}

int buffer_error(const Buffer *buffer)
{
        return buffer->error;
}

const char *buffer_text(const Buffer *buffer)
{
        return buffer->data ? buffer->data : "";
}

char *buffer_take(Buffer *buffer)
{
        if (buffer->error)
                return NULL;
        char *data = buffer->data ? TAKE_PTR(buffer->data) : calloc(1, 1);
        *buffer = (Buffer){ .max = buffer->max };
        return data;
}
