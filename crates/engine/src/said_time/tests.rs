use super::*;
use bohao_wire::ReadInstant;
use jiff::civil::Date;
use proptest::prelude::*;
use rstest::rstest;

/// A Monday, 2026-11-23 10:00 in Beijing.
const NOW: i64 = 1_795_399_200_000;
const MINUTE: i64 = 60_000;

fn beijing() -> TimeZone {
    zone_named("Asia/Shanghai", 480)
}

fn zone_named(name: &str, offset_minutes: i32) -> TimeZone {
    zone(&Zone {
        name: name.to_owned(),
        offset_minutes,
    })
}

fn times(text: &str) -> Vec<ReadInstant> {
    let read = read(text, NOW, &beijing());
    assert_eq!(read.flaw, None, "{text}");
    read.times
}

/// What a text means in Beijing, without the year and without what tells days from hours.
fn meant(text: &str) -> Vec<String> {
    let times = times(text);
    assert!(times.iter().all(|time| !time.past), "{text} is over");
    times
        .into_iter()
        .map(|time| {
            assert!(agrees(&time.meant, time.at), "{text}");
            time.meant.local.replace('T', " ")
        })
        .collect()
}

#[rstest]
#[case::weekday("周四上午十点", "2026-11-26 10:00")]
#[case::half_past("明天下午三点半", "2026-11-24 15:30")]
#[case::next_monday("下周一", "2026-11-30 10:00")]
#[case::in_days("三天后", "2026-11-26 10:00")]
#[case::half_an_hour("半小时后", "2026-11-23 10:30")]
#[case::end_of_month("月底", "2026-11-30 10:00")]
#[case::a_date("12月3日 9:30", "2026-12-03 09:30")]
#[case::digits("11月26日10点05分", "2026-11-26 10:05")]
#[case::full_width("１２月３日　９：３０", "2026-12-03 09:30")]
#[case::traditional("下週四 下午3點", "2026-12-03 15:00")]
#[case::star("星期天晚上8点", "2026-11-29 20:00")]
#[case::worship("礼拜二早上九点一刻", "2026-11-24 09:15")]
#[case::this_week("这周五十一点", "2026-11-27 11:00")]
#[case::week_after_next("下下周三", "2026-12-09 10:00")]
#[case::the_next_week("下个星期三下午两点", "2026-12-02 14:00")]
#[case::week_alone("下周", "2026-11-30 10:00")]
#[case::weekend("周末上午", "2026-11-28 10:00")]
#[case::next_weekend("下周末", "2026-12-05 10:00")]
#[case::today_later("今天下午4点", "2026-11-23 16:00")]
#[case::tonight("今晚八点", "2026-11-23 20:00")]
#[case::tomorrow_early("明早9点", "2026-11-24 09:00")]
#[case::in_three_days("大后天中午", "2026-11-26 12:00")]
#[case::after_midnight("今晚12点", "2026-11-24 00:00")]
#[case::small_hours("明天凌晨两点", "2026-11-24 02:00")]
#[case::next_month("下个月3号上午9点", "2026-12-03 09:00")]
#[case::end_of_next("下月底", "2026-12-31 10:00")]
#[case::end_of_december("12月底下午3点", "2026-12-31 15:00")]
#[case::end_of_year("年底", "2026-12-31 10:00")]
#[case::of_month("25号", "2026-11-25 10:00")]
#[case::of_month_over("3号", "2026-12-03 10:00")]
#[case::a_month_with_a_31st("31号", "2026-12-31 10:00")]
#[case::year_over("3月5日", "2027-03-05 10:00")]
#[case::leap("2月29日", "2028-02-29 10:00")]
#[case::of_next_year("明年3月5日上午九点", "2027-03-05 09:00")]
#[case::end_of_next_year("明年年底", "2027-12-31 10:00")]
#[case::whole_date("2027年1月5日 15:00", "2027-01-05 15:00")]
#[case::iso("2026-12-03 09:30", "2026-12-03 09:30")]
#[case::iso_t("2026-12-03 09:30:00", "2026-12-03 09:30")]
#[case::slashes("2026/12/3 14点", "2026-12-03 14:00")]
#[case::dots("12.13 9点", "2026-12-13 09:00")]
#[case::minutes("10分钟后", "2026-11-23 10:10")]
#[case::minutes_in_han("二十五分钟后", "2026-11-23 10:25")]
#[case::hours("两个小时后", "2026-11-23 12:00")]
#[case::hour_and_half("一个半小时后", "2026-11-23 11:30")]
#[case::tenths("1.5小时后", "2026-11-23 11:30")]
#[case::quarter("一刻钟后", "2026-11-23 10:15")]
#[case::weeks("两周后", "2026-12-07 10:00")]
#[case::months("一个月后上午九点", "2026-12-23 09:00")]
#[case::days_and_hour("3天后下午4点", "2026-11-26 16:00")]
#[case::passing("过三天", "2026-11-26 10:00")]
#[case::an_hour_to_come("十一点", "2026-11-23 11:00")]
#[case::an_hour_over("9:30", "2026-11-24 09:30")]
#[case::today_is_monday("周一", "2026-11-30 10:00")]
#[case::today_is_monday_later("周一下午", "2026-11-23 15:00")]
#[case::en_tomorrow("tomorrow 3pm", "2026-11-24 15:00")]
#[case::en_hours("in 2 hours", "2026-11-23 12:00")]
#[case::en_morning("friday morning", "2026-11-27 10:00")]
#[case::en_today("3 pm today", "2026-11-23 15:00")]
#[case::en_dotted("Tomorrow at 9 a.m.", "2026-11-24 09:00")]
#[case::en_weekday("Thu 15:30", "2026-11-26 15:30")]
#[case::en_this("this thursday at noon", "2026-11-26 12:00")]
#[case::en_next_week("Wed next week 11am", "2026-12-02 11:00")]
#[case::en_next_week_first("next week thu 9:15", "2026-12-03 09:15")]
#[case::en_month("3 Dec 9:30", "2026-12-03 09:30")]
#[case::en_ordinal("dec 3rd, 10am", "2026-12-03 10:00")]
#[case::en_year("January 5th 2027 at 2pm", "2027-01-05 14:00")]
#[case::en_ordinal_alone("the 25th", "2026-11-25 10:00")]
#[case::en_short("2h", "2026-11-23 12:00")]
#[case::en_both("1h30m", "2026-11-23 11:30")]
#[case::en_half("half an hour later", "2026-11-23 10:30")]
#[case::en_an_hour("an hour from now", "2026-11-23 11:00")]
#[case::en_days("in three days", "2026-11-26 10:00")]
#[case::en_week("a week from now at 4pm", "2026-11-30 16:00")]
#[case::en_after("day after tomorrow 10am", "2026-11-25 10:00")]
#[case::en_past("tomorrow half past nine", "2026-11-24 09:30")]
#[case::en_end("end of month", "2026-11-30 10:00")]
#[case::en_end_next("end of next month 5pm", "2026-12-31 17:00")]
#[case::en_tonight("tonight at 8pm", "2026-11-23 20:00")]
#[case::en_o_clock("fri 10 o'clock", "2026-11-27 10:00")]
fn a_time_is_read_as_it_is_said(#[case] text: &str, #[case] one: &str) {
    assert_eq!(meant(text), [one]);
}

#[rstest]
#[case::thursday("next thu 10", &["2026-12-03 10:00", "2026-11-26 10:00"])]
#[case::three("周四三点", &["2026-11-26 15:00", "2026-11-26 03:00"])]
#[case::eight("明天8点", &["2026-11-24 08:00", "2026-11-24 20:00"])]
#[case::half("tomorrow 3:30", &["2026-11-24 15:30", "2026-11-24 03:30"])]
#[case::either_way("5/6 10am", &["2027-05-06 10:00", "2027-06-05 10:00"])]
fn what_may_mean_two_times_is_answered_with_both(#[case] text: &str, #[case] both: &[&str]) {
    assert_eq!(meant(text), both);
}

/// What is written out, or over already, is no question.
#[rstest]
#[case("周四03:00", "2026-11-26 03:00")]
#[case("三点", "2026-11-23 15:00")]
#[case("13/12 10am", "2026-12-13 10:00")]
#[case("12/13 10am", "2026-12-13 10:00")]
fn what_can_mean_one_time_only_is_one(#[case] text: &str, #[case] one: &str) {
    let read = read(text, NOW, &beijing());
    let found: Vec<String> = read
        .times
        .iter()
        .map(|time| time.meant.local.replace('T', " "))
        .collect();
    assert_eq!(found.join(" "), one);
}

#[rstest]
#[case("昨天下午3点", "2026-11-22T15:00")]
#[case("今天上午9点", "2026-11-23T09:00")]
#[case("2020-01-05 10:00", "")]
#[case("2026-11-20 10:00", "2026-11-20T10:00")]
#[case("yesterday", "2026-11-22T10:00")]
#[case("0分钟后", "2026-11-23T10:00")]
fn what_is_over_is_said_to_be(#[case] text: &str, #[case] local: &str) {
    let read = read(text, NOW, &beijing());
    match local {
        "" => assert_eq!(read.flaw, Some(TimeFlaw::TooFar)),
        local => {
            assert_eq!(read.times.len(), 1, "{text}");
            assert!(read.times[0].past, "{text}");
            assert_eq!(read.times[0].meant.local, local);
        }
    }
}

#[rstest]
#[case("", TimeFlaw::Empty)]
#[case("  ，", TimeFlaw::Empty)]
#[case("国庆节后", TimeFlaw::Unknown)]
#[case("春节", TimeFlaw::Unknown)]
#[case("周四报价", TimeFlaw::Unknown)]
#[case("soon", TimeFlaw::Unknown)]
#[case("3", TimeFlaw::Unknown)]
#[case("pm", TimeFlaw::Unknown)]
#[case("india 3pm", TimeFlaw::Unknown)]
#[case("next", TimeFlaw::Unknown)]
#[case("13922104471", TimeFlaw::Unknown)]
#[case("明天25点", TimeFlaw::Impossible)]
#[case("明天9:75", TimeFlaw::Impossible)]
#[case("2月30日", TimeFlaw::Impossible)]
#[case("2026-13-01", TimeFlaw::Impossible)]
#[case("上午15点", TimeFlaw::Impossible)]
#[case("tomorrow 15am", TimeFlaw::Impossible)]
#[case("周四周五", TimeFlaw::Several)]
#[case("明天3点4点", TimeFlaw::Several)]
#[case("明天两小时后", TimeFlaw::Several)]
#[case("两小时后下午3点", TimeFlaw::Several)]
#[case("十年后", TimeFlaw::TooFar)]
#[case("9999天后", TimeFlaw::TooFar)]
fn what_is_no_time_is_told_why(#[case] text: &str, #[case] flaw: TimeFlaw) {
    let read = read(text, NOW, &beijing());
    assert_eq!((read.flaw, read.times), (Some(flaw), Vec::new()), "{text}");
}

#[rstest]
#[case("周四", true)]
#[case("周四上午", true)]
#[case("周四10点", false)]
#[case("两小时后", false)]
fn an_hour_that_nobody_named_is_said_to_be_assumed(#[case] text: &str, #[case] assumed: bool) {
    assert_eq!(times(text)[0].hour_assumed, assumed);
}

#[test]
fn each_zone_has_its_own_thursday() {
    let tokyo = read("周四上午十点", NOW, &zone_named("Asia/Tokyo", 540));
    let here = read("周四上午十点", NOW, &beijing());
    assert_eq!(here.times[0].at - tokyo.times[0].at, 60 * MINUTE);
    assert_eq!(tokyo.times[0].meant.offset_minutes, 540);
    // 2026-11-22 21:00 in New York: tomorrow is another day there.
    let new_york = read("明天9点", NOW, &zone_named("America/New_York", -300));
    assert_eq!(new_york.times[0].meant.local, "2026-11-23T09:00");
}

#[test]
fn a_zone_that_is_not_known_is_as_far_from_utc_as_it_says() {
    let read = read("明天9点", NOW, &zone_named("Nowhere/At_All", 330));
    assert_eq!(read.times[0].meant.offset_minutes, 330);
    assert_eq!(
        zone_named("", 1_000_000),
        TimeZone::fixed(Offset::constant(18))
    );
}

/// Clocks in Berlin go from 2:00 to 3:00 on 2027-03-28, and from 3:00 back to 2:00 on 2027-10-31.
#[test]
fn a_change_of_clocks_skips_an_hour_and_repeats_another() {
    let berlin = zone_named("Europe/Berlin", 60);
    let skipped = read("2027-03-28 02:30", NOW, &berlin);
    assert_eq!(skipped.times[0].meant.local, "2027-03-28T03:30");
    let repeated = read("2027-10-31 02:30", NOW, &berlin);
    let offsets: Vec<i32> = repeated
        .times
        .iter()
        .map(|time| time.meant.offset_minutes)
        .collect();
    assert_eq!(offsets, [120, 60]);
    // The same hour on the wall, although a change lies between.
    let over = read("2027-04-01 09:00", NOW, &berlin);
    assert_eq!(over.times[0].meant.offset_minutes, 120);
}

#[test]
fn a_clock_that_shows_something_else_does_not_agree() {
    let right = on_the_wall(NOW, &beijing());
    assert!(agrees(&right, NOW) && agrees(&right, NOW + 59_999));
    for wrong in [
        "2026-11-23T10:01",
        "2026-11-23 10:00",
        "2026-11-23T10:00:00",
        "soon",
    ] {
        let local = wrong.to_owned();
        assert!(
            !agrees(
                &WallTime {
                    local,
                    ..right.clone()
                },
                NOW
            ),
            "{wrong}"
        );
    }
    let offset_minutes = i32::MAX;
    assert!(!agrees(
        &WallTime {
            offset_minutes,
            ..right
        },
        NOW
    ));
}

fn some_zone() -> impl Strategy<Value = TimeZone> {
    let names = [
        "Asia/Shanghai",
        "Asia/Tokyo",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
    ];
    prop::sample::select(names.to_vec()).prop_map(|name| zone_named(name, 0))
}

/// A day from today to four years on, and a minute of it.
fn some_time() -> impl Strategy<Value = (Date, i64, i64)> {
    (0_i64..1400, 0_i64..24, 0_i64..60).prop_map(|(days, hour, minute)| {
        let first = Date::constant(2026, 11, 23);
        let day = first
            .checked_add(jiff::Span::new().days(days))
            .expect("near");
        (day, hour, minute)
    })
}

proptest! {
    #[test]
    fn no_text_breaks_it_and_only_what_is_over_is_past(
        text in "[0-9０-９:：点半上下午明后天周一二三四五六日月号年底小时分钟后个ap m.nextoday/-]{0,16}",
        zone in some_zone(),
    ) {
        let read = read(&text, NOW, &zone);
        prop_assert_eq!(read.flaw.is_none(), !read.times.is_empty());
        for time in &read.times {
            prop_assert_eq!(time.past, time.at <= NOW);
            prop_assert!(agrees(&time.meant, time.at));
            prop_assert!(!time.past || read.times.len() == 1);
        }
    }

    #[test]
    fn any_text_is_taken(text in "\\PC{0,120}") {
        let read = read(&text, NOW, &beijing());
        prop_assert_eq!(read.flaw.is_none(), !read.times.is_empty());
    }

    #[test]
    fn what_is_written_out_means_just_that((day, hour, minute) in some_time()) {
        let (year, month, of_month) = (day.year(), day.month(), day.day());
        let local = format!("{year}-{month:02}-{of_month:02}T{hour:02}:{minute:02}");
        for text in [
            format!("{year}-{month:02}-{of_month:02} {hour:02}:{minute:02}"),
            format!("{year}年{month}月{of_month}日{hour:02}:{minute:02}"),
            format!("{year}/{month}/{of_month} {hour:02}:{minute:02}"),
        ] {
            let read = read(&text, NOW, &beijing());
            prop_assert_eq!(read.times.len(), 1, "{}", &text);
            prop_assert_eq!(&read.times[0].meant.local, &local, "{}", &text);
            // What is shown back can be said again.
            let shown = read.times[0].meant.local.replace('T', " ");
            let again = super::read(&shown, NOW, &beijing());
            prop_assert_eq!(again.times, read.times);
        }
    }

    #[test]
    fn so_many_minutes_later_is_that(minutes in 1_i64..2000, seconds in 0_i64..60) {
        let now = NOW + seconds * 1000;
        for text in [format!("{minutes}分钟后"), format!("in {minutes} minutes")] {
            let read = super::read(&text, now, &beijing());
            prop_assert_eq!(read.times[0].at, NOW + minutes * MINUTE);
            prop_assert!(!read.times[0].past);
        }
    }

    #[test]
    fn a_day_without_its_year_is_never_over(
        month in 1_i64..=12, day in 1_i64..=28, hour in 8_i64..21, now in 0_i64..400
    ) {
        let now = NOW + now * 24 * 60 * MINUTE;
        for text in [
            format!("{month}月{day}日{hour}点"),
            format!("周{}{hour}点", ["一", "二", "三", "四", "五", "六", "日"][(day % 7) as usize]),
            format!("{day}号 {hour:02}:00"),
            format!("{hour:02}:00"),
        ] {
            let read = super::read(&text, now, &beijing());
            prop_assert!(read.times.iter().all(|time| !time.past), "{}", &text);
            prop_assert!(!read.times.is_empty(), "{}", &text);
        }
    }
}
