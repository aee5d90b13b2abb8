// Every text of the page in Chinese and English, and which of the two is shown.
// What a survey speaks of (steps, inputs, warnings) is in survey_words.js.
import { SURVEY_WORDS } from "./survey_words.js";

const TEXTS = {
  tagline: ["水尺计重与口岸监管记录", "Draft surveys and supervision records"],
  language: ["English", "中文"],
  logIn: ["登录", "Log in"], logOut: ["退出", "Log out"], personName: ["姓名", "Name"], password: ["密码", "Password"],
  choosePassword: ["请设置新密码", "Choose a new password"], save: ["保存", "Save"],
  oneTimePassword: ["一次性密码", "One-time password"], newPassword: ["新密码（至少 12 个字符）", "New password (at least 12 characters)"],
  close: ["关闭", "Close"],
  loading: ["正在读取…", "Loading…"],
  portCalls: ["到港航次", "Port calls"],
  none: ["还没有记录。", "Nothing here yet."],
  failed: ["未能完成", "That did not work"],
  cargo: ["货物重量", "Cargo weight"],
  loadingWord: ["装货", "loaded"], dischargingWord: ["卸货", "discharged"],
  provisional: ["暂定：仅一次检验", "Provisional: one survey only"],
  noWeight: ["尚未计算重量。", "No weight has been computed yet."],
  noCargo: ["本次计算得不出货物重量。", "This computation gives no cargo weight."],
  compute: ["计算重量", "Compute the weight"],
  recompute: ["重新计算", "Compute again"],
  completeFirst: ["每次检验须有六个已采用的读数。", "A survey needs six accepted readings."],
  version: ["版本", "Version"],
  rounding: ["修约规则", "Rounding"],
  warnings: ["提示", "Warnings"],
  noWarnings: ["合理性检查未发现异常。", "The plausibility checks found nothing."],
  limit: ["限值", "limit"],
  separator: ["；", "; "], colon: ["：", ": "],
  certificate: ["水尺计重证书", "Certificate"], record_sheet: ["计算单", "Record sheet"], workbook: ["工作簿", "Workbook"],
  initial: ["首次检验", "Initial survey"], final: ["末次检验", "Final survey"],
  forward: ["艏", "Forward"], midship: ["舯", "Midship"], aft: ["艉", "Aft"],
  port: ["左舷", "port"], starboard: ["右舷", "starboard"],
  drafts: ["采用的吃水", "Drafts that count"],
  readings: ["水尺读数", "Draft readings"],
  otherReadings: ["其他读数", "Other readings"],
  noReading: ["尚无读数。", "No reading yet."],
  footage: ["影像与飞行", "Footage and flights"],
  track: ["航迹", "Track"], noTrack: ["航迹未能读取", "The track could not be fetched"],
  queued: ["排队", "queued"], running: ["处理中", "reading"], ok: ["待确认", "to be decided"],
  refused: ["拒读", "refused"], failedReading: ["失败", "failed"],
  accepted: ["已采用", "accepted"], rejected: ["不采用", "rejected"], corrected: ["已更正", "corrected"],
  accept: ["采用", "Accept"], reject: ["不采用", "Reject"], reason: ["理由", "Reason"],
  takenByPerson: ["人工读数", "Read by a person"],
  waves: ["有义波高", "Significant wave height"], period: ["周期", "period"],
  frames: ["帧", "frames"], framesRejected: ["帧弃用", "frames left out"],
  marksUsed: ["个标志", "marks"], residual: ["残差", "residual"],
  extremes: ["极值法", "extremes"], two_thirds: ["三分之二法", "two thirds"],
  nearest: ["最接近结果的一帧", "Frame nearest to the result"], lowest: ["最低水位", "Lowest water"],
  highest: ["最高水位", "Highest water"], clean: ["原图", "Without drawing"],
  series: ["逐帧水位 (m)，橙色带为 95 % 区间", "Level by frame (m); the orange band is the 95 % interval"],
  steps: ["计算步骤", "Steps of the computation"], step: ["项目", "Step"], unit: ["单位", "Unit"],
  symbol: ["符号", "Symbol"], formula: ["公式", "Formula"], source: ["依据", "Source"],
  budget: ["不确定度来源", "What the uncertainty consists of"], input: ["输入量", "Input"], share: ["占比", "Share"],
  survey: ["检验", "Survey"], bothSurveys: ["两次", "both"],
  uncertainty: ["标准不确定度", "Standard uncertainty"], contribution: ["贡献 (t)", "Contribution (t)"],
  others: ["其余各项", "All others"],
  records: ["监管记录", "Supervision records"], verify: ["校验记录链", "Verify the chain"],
  recordCount: ["条记录", "records of this port call"],
  chainHolds: ["记录链完整", "The chain holds"], chainBroken: ["记录链不完整", "The chain is broken"],
  inChain: ["条", "records in all"],
  time: ["时间", "Time"], event: ["事项", "What happened"], actor: ["何人", "Who"],
  voyage: ["航次", "Voyage"], berth: ["泊位", "Berth"],
  upload: ["上传飞行影像与遥测", "Upload footage and telemetry"], newFlight: ["飞行", "Flight"],
  uploading: ["正在上传", "Uploading"],
  read: ["读取水尺", "Read the draft"], mark: ["水尺标", "Mark"], side: ["舷", "Side"],
  quarantined: ["已隔离", "kept aside"], interrupted: ["上传中断，请重新上传", "The upload broke off; please send it again"],
  api: ["接口文档", "API"],
};

// Codes of refusals by the reader; its own sentence, which is English, follows with what was found.
export const REFUSALS = {
  no_marks: "未找到水尺标志；画面中至少要有三个数字及其下方水面",
  marks_not_consistent: "找到的数字不在同一列上以 0.2 m 等距排列",
  metre_unknown: "无法读出整米数；请给出吃水范围，或拍到整米标志",
  outside_expected_range: "读数超出给定的吃水范围",
  no_waterline: "标志处未找到水线；请拍到标志两侧的船壳与水面",
  too_small: "数字太小；请拉近至数字高 12 像素以上",
  too_short_for_waves: "视频相对波浪太短；请至少拍三个波浪周期",
  too_few_frames: "可读的帧太少；请将镜头对准标志与水线",
  too_uncertain: "标志或水线定位不够准确，无法给出吃水",
  unreadable_footage: "文件不是可打开的图片或视频",
};

export const RECORD_KINDS = {
  "port_call.declared": ["航次申报", "Port call declared"],
  "port_call.amended": ["航次更改", "Port call amended"],
  "port_call.stage_inputs_entered": ["船上测量数据录入", "Measurements aboard entered"],
  "port_call.milestone_reached": ["节点", "Milestone reached"],
  "flight.announced": ["飞行登记", "Flight announced"],
  "file.received": ["文件接收", "File received"],
  "reading.made": ["读数得出", "Reading made"],
  "reading.decided": ["读数确认", "Reading decided"],
  "survey.computed": ["重量计算", "Weight computed"],
};

let language = localStorage.getItem("hullmark.language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");

export const currentLanguage = () => language;

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("hullmark.language", language);
}

const chosen = (pair) => pair?.[language === "zh" ? 0 : 1] ?? null;
const spaced = (key) => String(key).replaceAll("_", " ");

export const text = (key) => chosen(TEXTS[key]) ?? spaced(key);
export const word = (section, key) => chosen(SURVEY_WORDS[section]?.[key]) ?? spaced(key);
export const recordKind = (kind) => chosen(RECORD_KINDS[kind]) ?? kind;

export function refusal(code, sentence) {
  return [language === "zh" && REFUSALS[code], sentence ?? code].filter(Boolean).join(text("colon"));
}
