#include "config/reader.h"

#include "base/phrase.h"

#include <errno.h>
#include <stdarg.h>

void *config_reader_keep(ConfigReader *reader, size_t n, size_t size)
{
        void *memory = arena_allocate(&reader->owned->arena, n * size);
        if (!memory)
                reader->error = -ENOMEM;
        return memory;
}

static void report_fault(ConfigReader *reader, const char *file, size_t line, const char *where,
                const char *format, va_list arguments) __attribute__((format(printf, 5, 0)));

static void report_fault(ConfigReader *reader, const char *file, size_t line, const char *where,
                const char *format, va_list arguments)
{
        InputError error;
        line = file ? line : config_include_line(reader->owned, line);
        input_error_set_list(&error, line, where, format, arguments);
        reader->n_faults++;
        if (reader->on_error)
                reader->on_error(file ? file : reader->path, &error, reader->userdata);
}

void config_fault(ConfigReader *reader, const config_setting_t *setting, const char *where,
                const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        report_fault(reader, config_setting_source_file(setting), config_setting_source_line(setting), where,
                        format, arguments);
        va_end(arguments);
}

void config_fault_type(ConfigReader *reader, const config_setting_t *setting, const char *where,
                const char *allowed)
{
        static const char *const names[] = {
                [CONFIG_TYPE_NONE] = "nothing",
                [CONFIG_TYPE_GROUP] = "a group in braces",
                [CONFIG_TYPE_INT] = "a number",
                [CONFIG_TYPE_INT64] = "a large number",
                [CONFIG_TYPE_FLOAT] = "a number with a fraction",
                [CONFIG_TYPE_STRING] = "a string",
                [CONFIG_TYPE_BOOL] = "true or false",
                [CONFIG_TYPE_ARRAY] = "an array",
                [CONFIG_TYPE_LIST] = "a list",
        };
        config_fault(reader, setting, where, "it is %s; allowed is %s",
                        phrase(names[config_setting_type(setting)]), phrase(allowed));
}

void config_fault_in(ConfigReader *reader, const char *file, size_t line, const char *where,
                const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        report_fault(reader, file, line, where, format, arguments);
        va_end(arguments);
}
