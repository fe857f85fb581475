#include "access/strings.h"

extern const AccessStrings access_strings_ru;

const AccessStrings access_strings_ru = {
        .login_title = "Вход для сотрудников",
        .login_name = "Имя",
        .login_password = "Пароль",
        .login_button = "Войти",
        .login_note = "Имя и пароль те же, что для календаря в вашей программе. Пароли приложений здесь не подходят.",
        .login_wrong = "Имя или пароль неверны",
        .password_wrong = "Пароль неверен",
        .password_again = "Пароль учётной записи, ещё раз",
        .login_wait = "Слишком много неудачных попыток. Попробуйте через {n, plural, one {# секунду} few {# секунды} many {# секунд} other {# секунды}}.",
        .login_code_title = "Второй шаг входа",
        .login_code = "Код",
        .login_code_note =
                        "Шесть цифр, которые показывает приложение на вашем телефоне, или один из запасных кодов.",
        .login_code_wrong = "Код неверен или уже использован",

        .sessions_title = "Учётная запись",
        .sessions_note =
                        "Здесь видно, где открыт вход в вашу учётную запись. Вход закрывается сам после 12 часов без действий и через 14 дней в любом случае.",
        .sessions_role = "Роль: {role}",
        .role_reader = "читатель",
        .role_editor = "редактор",
        .role_admin = "администратор",
        .session_browser = "Браузер",
        .session_client = "Адрес",
        .session_since = "Вход",
        .session_used = "Последнее действие",
        .session_this = "этот браузер",
        .session_end = "Закрыть",
        .sessions_end = "Закрыть все остальные",

        .factor_title = "Второй шаг входа",
        .factor_note = "После пароля страница спросит ещё и код из приложения на телефоне, например Aegis, FreeOTP или Google Authenticator. Программам для календаря тогда нужны пароли приложений: пароль учётной записи они больше использовать не могут.",
        .factor_is_on = "включён",
        .factor_is_off = "выключен",
        .factor_change = "Настроить",
        .factor_setup = "Начать настройку",
        .factor_scan = "Прочитайте этот QR-код приложением или введите в него ключ. Затем введите сюда шесть цифр, которые оно покажет.",
        .factor_secret = "Ключ",
        .factor_confirm = "Включить",
        .factor_code_note = "Код из приложения или запасной код",
        .factor_codes_title = "Запасные коды",
        .factor_codes_note =
                        "Если телефона нет под рукой, вместо кода из приложения подойдёт любой из этих, каждый один раз. Сохраните их: больше они не показываются. Остальные входы в эту учётную запись закрыты.",
        .factor_renew = "Сделать новые запасные коды",
        .factor_off = "Выключить второй шаг",
        .factor_codes_left =
                        "{n, plural, =0 {Запасных кодов не осталось} one {Остался # запасной код} few {Осталось # запасных кода} many {Осталось # запасных кодов} other {Осталось # запасного кода}}",

        .programs_title = "Программы-календари и адресные книги",
        .programs_note =
                        "Укажите в программе этот адрес (CalDAV, CardDAV), имя, которое стоит ниже, и пароль приложения. Большинство программ само находит все календари и адресные книги; остальным нужен адрес каждого.",
        .programs_collections = "Календари и адресные книги",
        .programs_name = "Название",
        .programs_kind = "Вид",
        .programs_access = "Доступ",
        .programs_address = "Адрес",
        .programs_calendar = "календарь",
        .programs_drafts = "черновики: события без даты, записями журнала",
        .programs_each = "В вашей программе",
        .programs_steps = "Где его указать",
        .programs_thunderbird =
                        "«Создать календарь», «В сети», затем «Найти календари». Контакты: «Создать адресную книгу», «Добавить адресную книгу CardDAV».",
        .programs_apple =
                        "«Добавить другую учётную запись», CalDAV, тип «Вручную»; контакты — вторая учётная запись, CardDAV. Если одного имени сервера мало, укажите этот адрес.",
        .programs_davx5 =
                        "«Вход с URL и именем пользователя». Выберите, что группы — отдельные vCard, затем отметьте календари.",
        .programs_evolution =
                        "«Создать», «Учётная запись набора», «Поиск». Один календарь: «Создать», «Календарь», CalDAV.",
        .programs_outlook =
                        "Для Outlook нужно бесплатное дополнение CalDav Synchronizer: профиль Generic CalDAV/CardDAV, затем Test or discover settings.",
        .programs_vdirsyncer = "url = хранилища типа caldav или carddav.",
        .programs_book = "адресная книга",
        .programs_read = "только чтение",
        .programs_write = "чтение и запись",

        .passwords_title = "Пароли приложений",
        .passwords_note =
                        "Для каждой программы и каждого телефона нужен свой пароль: тогда один можно отозвать, не трогая остальные.",
        .password_made = "Вот новый пароль. Он показывается только один раз:",
        .password_label = "Программа",
        .password_label_note = "Например: телефон, Thunderbird на работе",
        .password_created = "Создан",
        .password_used = "Последний вход",
        .password_never = "ещё не было",
        .password_read_only = "Программе разрешено только читать",
        .password_make = "Создать пароль",
        .password_revoke = "Отозвать",
        .password_bad_label = "Введите название не длиннее 64 байт",
        .password_label_taken = "Для этой программы пароль уже есть; сначала отзовите его",
};
