// Every text of the page in Chinese and English; what is not here is not shown.
const TEXTS = {
  tagline: ["水尺计重与口岸监管记录", "Draft surveys and supervision records"],
  language: ["English", "中文"],
  loading: ["正在读取…", "Loading…"],
  portCalls: ["到港航次", "Port calls"],
  none: ["还没有记录。", "Nothing here yet."],
  failed: ["未能完成", "That did not work"],
  cargo: ["货物重量", "Cargo weight"],
  interval: ["95 % 区间", "95 % interval"],
  provisional: ["暂定：仅一次检验", "Provisional: one survey only"],
  noWeight: ["尚未计算重量。", "No weight has been computed yet."],
  compute: ["计算重量", "Compute the weight"],
  billOfLading: ["提单重量", "Bill of lading"],
  difference: ["差额", "Difference"],
  warnings: ["提示", "Warnings"],
  reports: ["证书与计算单", "Certificate and sheets"],
  certificate: ["水尺计重证书", "Certificate"],
  record_sheet: ["计算单", "Record sheet"],
  workbook: ["工作簿", "Workbook"],
  initial: ["首次检验", "Initial survey"],
  final: ["末次检验", "Final survey"],
  forward: ["艏", "Forward"], midship: ["舯", "Midship"], aft: ["艉", "Aft"],
  port: ["左舷", "port"], starboard: ["右舷", "starboard"],
  readings: ["水尺读数", "Draft readings"],
  footage: ["影像与飞行", "Footage and flights"],
  track: ["航迹", "Track"],
  download: ["下载", "Download"],
  queued: ["排队", "queued"], running: ["处理中", "reading"], ok: ["已读取", "read"], refused: ["拒读", "refused"], failed_status: ["失败", "failed"],
  accepted: ["已采用", "accepted"], rejected: ["不采用", "rejected"], corrected: ["已更正", "corrected"],
  accept: ["采用", "Accept"], reject: ["不采用", "Reject"], reason: ["理由", "Reason"],
  waves: ["有义波高", "Significant wave height"], period: ["周期", "period"], frames: ["帧", "frames"],
  marksUsed: ["标志数", "marks"], residual: ["残差", "residual"],
  rules: ["各法结果", "By other rules"], mean: ["均值", "mean"], extremes: ["极值法", "extremes"], two_thirds: ["三分之二法", "two thirds"],
  nearest: ["最接近", "nearest"], lowest: ["最低", "lowest"], highest: ["最高", "highest"], clean: ["原图", "clean"],
  steps: ["计算步骤", "Steps of the computation"], step: ["项目", "Step"], unit: ["单位", "Unit"],
  budget: ["不确定度来源", "What the uncertainty consists of"], input: ["输入", "Input"], share: ["占比", "Share"],
  contribution: ["贡献", "Contribution"],
  records: ["监管记录", "Supervision records"], verify: ["校验记录链", "Verify the chain"],
  chainHolds: ["记录链完整", "The chain holds"], chainBroken: ["记录链不完整", "The chain is broken"],
  vessel: ["船舶", "Vessel"], berth: ["泊位", "Berth"], voyage: ["航次", "Voyage"], rounding: ["修约规则", "Rounding"],
  upload: ["上传文件", "Upload files"], newFlight: ["新的飞行", "New flight"], uploading: ["正在上传", "Uploading"],
  read: ["读取水尺", "Read the draft"],
  quarantined: ["已隔离", "kept aside"],
};

let language = localStorage.getItem("hullmark.language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");

export const currentLanguage = () => language;

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("hullmark.language", language);
}

export function text(key) {
  const pair = TEXTS[key];
  return pair ? pair[language === "zh" ? 0 : 1] : key.replaceAll("_", " ");
}

export const number = (value, decimals) =>
  value === null || value === undefined ? "–" : value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replaceAll(",", " ");
