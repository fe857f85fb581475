#include "dav/strings.h"

extern const DavStrings dav_strings_ru;

const DavStrings dav_strings_ru = {
        .signed_in = "Вы вошли как {name} ({role}).",
        .reads_only = "Этот пароль приложения — только для чтения.",
        .reader = "читатель",
        .editor = "редактор",
        .admin = "администратор",
        .calendar_read = "Календарь {name}: можно читать.",
        .calendar_write = "Календарь {name}: можно читать и изменять.",
        .account_name = "Имя учётной записи",
        .account_address = "Адрес электронной почты",
        .addressbook_read = "Адресная книга {name}: можно читать.",
        .addressbook_write = "Адресная книга {name}: можно читать и изменять.",
};
