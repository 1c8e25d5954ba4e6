//! Which header names which field of a record.

/// A field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Column {
    Subid,
    TelA,
    TelX,
    TelB,
    Start,
    End,
    Duration,
    Status,
    Reason,
    Download,
}

impl Column {
    /// The field that a header names, in the platform's spelling, in Bohao's own, or as exports of
    /// this trade label it. Case, blanks, underscores, dashes and a unit in brackets don't matter.
    pub(crate) fn named(header: &str) -> Option<Column> {
        let folded = fold(header);
        SPELLINGS
            .iter()
            .find(|(_, spellings)| spellings.contains(&folded.as_str()))
            .map(|(column, _)| *column)
    }
}

/// Folded spellings: lower case, without blanks, marks and brackets.
const SPELLINGS: &[(Column, &[&str])] = &[
    (
        Column::Subid,
        &[
            "subid",
            "subscriptionid",
            "callid",
            "uniqueid",
            "sessionid",
            "bindid",
            "recordid",
            "通话标识",
            "通话id",
            "唯一标识",
            "唯一id",
            "呼叫id",
            "呼叫标识",
            "话单id",
            "话单号",
            "话单编号",
            "话单标识",
            "通话编号",
            "呼叫编号",
            "绑定id",
            "会话id",
            "记录id",
            "通话唯一标识",
            "呼叫唯一标识",
            "流水号",
            "通话流水号",
            "呼叫流水号",
        ],
    ),
    (
        Column::TelA,
        &[
            "tela",
            "caller",
            "callernumber",
            "calling",
            "callingnumber",
            "from",
            "fromnumber",
            "ownnumber",
            "agentnumber",
            "a号码",
            "a号",
            "a手机号",
            "主叫",
            "主叫号",
            "主叫号码",
            "主叫手机号",
            "主叫电话",
            "本机号码",
            "坐席号码",
            "座席号码",
            "员工号码",
            "销售号码",
            "我的号码",
        ],
    ),
    (
        Column::TelX,
        &[
            "telx",
            "middlenumber",
            "virtualnumber",
            "privacynumber",
            "displaynumber",
            "x号码",
            "x号",
            "中间号",
            "中间号码",
            "隐私号",
            "隐私号码",
            "虚拟号",
            "虚拟号码",
            "小号",
            "外显号",
            "外显号码",
            "显示号码",
            "来电显示",
        ],
    ),
    (
        Column::TelB,
        &[
            "telb",
            "callee",
            "calleenumber",
            "called",
            "callednumber",
            "to",
            "tonumber",
            "customer",
            "customernumber",
            "phone",
            "phonenumber",
            "b号码",
            "b号",
            "b手机号",
            "被叫",
            "被叫号",
            "被叫号码",
            "被叫手机号",
            "被叫电话",
            "客户号码",
            "客户电话",
            "客户手机",
            "客户手机号",
            "对方号码",
            "联系电话",
            "手机号",
            "手机号码",
            "电话号码",
        ],
    ),
    (
        Column::Start,
        &[
            "starttime",
            "startedat",
            "start",
            "begintime",
            "calltime",
            "startdate",
            "开始时间",
            "通话开始时间",
            "呼叫开始时间",
            "起始时间",
            "呼叫时间",
            "通话时间",
            "拨打时间",
            "开始",
        ],
    ),
    (
        Column::End,
        &[
            "endtime",
            "endedat",
            "end",
            "finishtime",
            "hanguptime",
            "releasetime",
            "结束时间",
            "通话结束时间",
            "呼叫结束时间",
            "挂断时间",
            "挂机时间",
            "结束",
        ],
    ),
    (
        Column::Duration,
        &[
            "duration",
            "durationseconds",
            "callduration",
            "talktime",
            "talkseconds",
            "billsec",
            "billedseconds",
            "billingseconds",
            "seconds",
            "计费秒数",
            "计费时长",
            "通话时长",
            "通话秒数",
            "通话时长秒",
            "时长",
            "时长秒",
            "秒数",
            "计费时长秒",
        ],
    ),
    (
        Column::Status,
        &[
            "status",
            "callstatus",
            "callresult",
            "result",
            "通话状态",
            "呼叫状态",
            "状态",
            "接通状态",
            "呼叫结果",
            "通话结果",
            "是否接通",
        ],
    ),
    (
        Column::Reason,
        &[
            "unaswrsn",
            "unanswrsn",
            "unansweredreason",
            "unanswerreason",
            "reason",
            "failreason",
            "failurereason",
            "未接通原因",
            "未接原因",
            "失败原因",
            "原因",
            "挂断原因",
            "挂机原因",
        ],
    ),
    (
        Column::Download,
        &[
            "downloadurl",
            "recordurl",
            "recordingurl",
            "recordfile",
            "recordingfile",
            "录音",
            "录音地址",
            "录音链接",
            "录音url",
            "录音下载地址",
            "录音文件",
            "录音下载链接",
            "下载地址",
        ],
    ),
];

/// `Start_Time ` and `开始时间（北京）` lose everything that people vary.
fn fold(header: &str) -> String {
    let bare = header
        .split(['(', '（', '[', '【'])
        .next()
        .unwrap_or_default();
    bare.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .map(halved)
        .collect()
}

/// Full-width letters, as Chinese input methods write them, are letters too.
fn halved(c: char) -> char {
    match c {
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '０'..='９' => {
            let half = char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c);
            half.to_ascii_lowercase()
        }
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("subid", Some(Column::Subid))]
    #[case(" Sub_ID ", Some(Column::Subid))]
    #[case("呼叫ID", Some(Column::Subid))]
    #[case("telA", Some(Column::TelA))]
    #[case("tel_a", Some(Column::TelA))]
    #[case("ＴｅｌＢ", Some(Column::TelB))]
    #[case("被叫号码", Some(Column::TelB))]
    #[case("通话时长（秒）", Some(Column::Duration))]
    #[case("Start Time", Some(Column::Start))]
    #[case("started_at", Some(Column::Start))]
    #[case("unaswRsn", Some(Column::Reason))]
    #[case("录音", Some(Column::Download))]
    #[case("state", None)]
    #[case("", None)]
    #[case("（）", None)]
    fn headers_are_known_in_many_spellings(#[case] header: &str, #[case] column: Option<Column>) {
        assert_eq!(Column::named(header), column);
    }

    #[test]
    fn no_spelling_stands_for_two_columns_and_each_is_folded() {
        let mut seen = std::collections::HashSet::new();
        for (_, spellings) in SPELLINGS {
            for spelling in *spellings {
                assert!(seen.insert(spelling), "{spelling} stands twice");
                assert_eq!(fold(spelling), **spelling, "{spelling} would never match");
            }
        }
    }
}
