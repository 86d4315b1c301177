<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ActionBar</name>
    <message>
        <source>Record plan</source>
        <translation>记入日志</translation>
    </message>
    <message>
        <source>Isolate this</source>
        <translation>隔离此处</translation>
    </message>
    <message>
        <source>Recompute</source>
        <translation>重算</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Printable sheet A4 (PDF)…</source>
        <translation>可打印图表 A4（PDF）…</translation>
    </message>
    <message>
        <source>Printable sheet A3 (PDF)…</source>
        <translation>可打印图表 A3（PDF）…</translation>
    </message>
    <message>
        <source>Workbook (XLSX)…</source>
        <translation>工作簿（XLSX）…</translation>
    </message>
    <message>
        <source>Valve list (CSV)…</source>
        <translation>阀门清单（CSV）…</translation>
    </message>
    <message>
        <source>Customer list (CSV)…</source>
        <translation>用户清单（CSV）…</translation>
    </message>
    <message>
        <source>GeoPackage…</source>
        <translation>GeoPackage…</translation>
    </message>
    <message>
        <source>GeoJSON…</source>
        <translation>GeoJSON…</translation>
    </message>
</context>
<context>
    <name>AlarmPanel</name>
    <message>
        <source>Alarms</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>{count} · unseen first, then priority</source>
        <translation>{count} 条 · 先未确认，再按级别</translation>
    </message>
    <message>
        <source>Demonstration instruments</source>
        <translation>加入演示仪表</translation>
    </message>
    <message>
        <source>Alarm flood: more than 10 in ten minutes. The gravest stand first; {count} unseen.</source>
        <translation>报警泛滥：十分钟内超过 10 条。最重的在前，未确认 {count} 条。</translation>
    </message>
    <message>
        <source>Open a city first.</source>
        <translation>请先打开一个城市。</translation>
    </message>
    <message>
        <source>No readings are set up for this city. F9 puts demonstration instruments into it: EPANET in time with the clock, with a month of history; it takes a minute or two.</source>
        <translation>该城市未设置测点。按 F9 加入演示仪表：EPANET 与时钟同步运行，附一个月历史，需一两分钟。</translation>
    </message>
    <message>
        <source>No alarm. Everything that is watched lies within its limits.</source>
        <translation>无报警，所监视测点均在限内。</translation>
    </message>
    <message>
        <source>Now {value} {unit}, limit {limit} {unit}.</source>
        <translation>现值 {value} {unit}，限值 {limit} {unit}。</translation>
    </message>
    <message>
        <source>To an incident</source>
        <translation>升为事件</translation>
    </message>
    <message>
        <source>Explained by “{alarm}” while that lasts.</source>
        <translation>由“{alarm}”引起，持续期间抑制。</translation>
    </message>
    <message>
        <source>Last word: {note}</source>
        <translation>最近备注：{note}</translation>
    </message>
    <message>
        <source>In doubt: {why}. Only a good reading clears the alarm.</source>
        <translation>读数存疑：{why}。只有正常读数才能解除报警。</translation>
    </message>
    <message>
        <source>An alarm of the first priority cannot be shelved.</source>
        <translation>一级报警不可搁置。</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>复位</translation>
    </message>
    <message>
        <source>Back in service</source>
        <translation>恢复使用</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Unshelve</source>
        <translation>取消搁置</translation>
    </message>
    <message>
        <source>Shelve</source>
        <translation>搁置</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限值</translation>
    </message>
    <message>
        <source>It began after “{alarm}”, which feeds this place among others.</source>
        <translation>开始于“{alarm}”之后；该处由其与其他水源共同供给。</translation>
    </message>
    <message>
        <source>Below it by the network: instruments that it alone feeds: {alone}, among others: {shared}.</source>
        <translation>按管网在其下游：由其单独供给的测点：{alone}，与其他水源共同供给：{shared}。</translation>
    </message>
    <message>
        <source>What is known of it</source>
        <translation>已知情况</translation>
    </message>
    <message>
        <source>Hours from 0 to {most}</source>
        <translation>小时数须在 0 到 {most} 之间</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>No burst</source>
        <translation>非爆管</translation>
    </message>
    <message>
        <source>Its place is no pump or plant of the network: by the network nothing stands below it.</source>
        <translation>其位置不是管网中的水泵或水厂：按管网没有报警归并到它之下。</translation>
    </message>
    <message>
        <source>Why: a hydrant in use, a pump, an instrument …</source>
        <translation>原因：消火栓用水、水泵、仪表……</translation>
    </message>
</context>
<context>
    <name>AllCurves</name>
    <message>
        <source>{count} {count|curve|curves} · {since} – {until}</source>
        <translation>{count} 条曲线 · {since} – {until}</translation>
    </message>
    <message>
        <source>cursor</source>
        <translation>游标</translation>
    </message>
</context>
<context>
    <name>BackBar</name>
    <message>
        <source>As seen at</source>
        <translation>当时所见</translation>
    </message>
    <message>
        <source>Moment that is looked at</source>
        <translation>回看的时刻</translation>
    </message>
    <message>
        <source>03:12, 11-20 03:12 or 2026-11-20 03:12; Enter goes there</source>
        <translation>03:12、11-20 03:12 或 2026-11-20 03:12；回车前往</translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished">导出</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>A little chart of every instrument</source>
        <translation>每块仪表一张小图</translation>
    </message>
    <message>
        <source>Last week</source>
        <translation>上周</translation>
    </message>
    <message>
        <source>Blue: what was measured a week before</source>
        <translation>蓝线：一周前的实测</translation>
    </message>
    <message>
        <source>Back to now</source>
        <translation>回到现在</translation>
    </message>
    <message>
        <source>As seen earlier</source>
        <translation>回看</translation>
    </message>
    <message>
        <source>now: {count} unseen</source>
        <translation>现在：{count} 条未确认</translation>
    </message>
    <message>
        <source>❙❙ Pause</source>
        <translation>❙❙ 暂停</translation>
    </message>
    <message>
        <source>▶ Play</source>
        <translation>▶ 播放</translation>
    </message>
    <message>
        <source>Drill</source>
        <translation>演练</translation>
    </message>
</context>
<context>
    <name>Badges</name>
    <message>
        <source>Alarms of dispatch that nobody has acknowledged; those of instruments stand on the Pressure desk</source>
        <translation>调度报警中尚未确认的；测点报警见压力台</translation>
    </message>
</context>
<context>
    <name>BasisSection</name>
    <message>
        <source>What this relies on</source>
        <translation>方案依据</translation>
    </message>
    <message>
        <source>{count} supposed</source>
        <translation>假定 {count} 项</translation>
    </message>
    <message>
        <source>Closed by the record, go and see: {valves}</source>
        <translation>档案为关，须到场核对：{valves}</translation>
    </message>
    <message>
        <source>Condition unknown, try first: {valves}</source>
        <translation>状况未知，应先试关：{valves}</translation>
    </message>
    <message>
        <source>Assumed, may not exist: {valves}</source>
        <translation>推定阀门，未必存在：{valves}</translation>
    </message>
    <message>
        <source>Only valves on record as operable.</source>
        <translation>只用到档案为可操作的阀门。</translation>
    </message>
    <message>
        <source>Supposed: {valve} {state}</source>
        <translation>假定：{valve} {state}</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
</context>
<context>
    <name>BelowPane</name>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Time line</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Crews</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>Dispatch orders</source>
        <translation>调度令</translation>
    </message>
    <message>
        <source>Handover</source>
        <translation>交接班</translation>
    </message>
    <message>
        <source>name, such as R07</source>
        <translation>名称，如 抢07</translation>
    </message>
    <message>
        <source>largest DN that it mends</source>
        <translation>可抢修最大口径 DN</translation>
    </message>
    <message>
        <source>skills, with commas</source>
        <translation>技能，逗号分隔</translation>
    </message>
    <message>
        <source>equipment, with commas</source>
        <translation>装备，逗号分隔</translation>
    </message>
    <message>
        <source>“{text}” is no diameter in mm</source>
        <translation>“{text}”不是口径（mm）</translation>
    </message>
    <message>
        <source>Enter a crew in the roster</source>
        <translation>登记班组</translation>
    </message>
    <message>
        <source>● happened  ◇ expected  | deadline  ·  {first} – {last}  ·  ← → + − Home</source>
        <translation>● 已发生  ◇ 预计  | 时限  ·  {first} – {last}  ·  ← → + − Home</translation>
    </message>
    <message>
        <source>Disputes</source>
        <translation>争议</translation>
    </message>
</context>
<context>
    <name>BelowWall</name>
    <message>
        <source>Alarm figures</source>
        <translation>报警统计</translation>
    </message>
    <message>
        <source>Instruments and lines</source>
        <translation>测点与线路</translation>
    </message>
    <message>
        <source>Plants</source>
        <translation>厂站</translation>
    </message>
    <message>
        <source>Hydrants</source>
        <translation>消火栓用水</translation>
    </message>
    <message>
        <source>△ Readings have stopped; the recorder is begun again. What is shown is as it was.</source>
        <translation>△ 读数已中断，正在重新启动记录程序；所示为中断前数值。</translation>
    </message>
    <message>
        <source>no room for {count} messages</source>
        <translation>{count} 条消息无处存放</translation>
    </message>
    <message>
        <source>● readings come in · messages: {count}</source>
        <translation>● 读数正常接收 · {count} 条消息</translation>
    </message>
    <message>
        <source>◷ the past is shown; Esc: the present</source>
        <translation>◷ 显示的是过去时刻；Esc 回到现在</translation>
    </message>
</context>
<context>
    <name>BookmarkList</name>
    <message>
        <source>Bookmarks</source>
        <translation>视图书签</translation>
    </message>
    <message>
        <source>Go</source>
        <translation>前往</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>No bookmarks yet. Ctrl+B keeps the view that the map shows.</source>
        <translation>还没有书签。按 Ctrl+B 保存当前地图视图。</translation>
    </message>
</context>
<context>
    <name>Bookmarks</name>
    <message>
        <source>Bookmarks</source>
        <translation>视图书签</translation>
    </message>
    <message>
        <source>Keep this view</source>
        <translation>保存当前视图</translation>
    </message>
    <message>
        <source>All bookmarks…</source>
        <translation>全部书签…</translation>
    </message>
    <message>
        <source>View {number}</source>
        <translation>视图 {number}</translation>
    </message>
</context>
<context>
    <name>BurstFacts</name>
    <message>
        <source>Began about {since}, told {told}.</source>
        <translation>约 {since} 开始，{told} 发现。</translation>
    </message>
    <message>
        <source>Began {since} at the latest, told {told}.</source>
        <translation>最迟 {since} 开始，{told} 发现。</translation>
    </message>
    <message>
        <source>Pressures and flow balance tell different sizes: do not rely on the zone, look beyond it.</source>
        <translation>压力与水量平衡推算的漏量相差悬殊：疑似范围不可靠，请扩大排查。</translation>
    </message>
    <message>
        <source>Known work nearby at that time: {works}.</source>
        <translation>当时附近的已知作业：{works}。</translation>
    </message>
    <message>
        <source>Explained by known work nearby: {works}.</source>
        <translation>由附近已知作业解释：{works}。</translation>
    </message>
    <message>
        <source>By the records this runs nearby still, for too long to be left out: {works}.</source>
        <translation>按登记附近仍在用水，时间过久，不再排除：{works}。</translation>
    </message>
    <message>
        <source>One more logger at main {pipe} would leave about {after} of these {before} mains.</source>
        <translation>若在管段 {pipe} 处增设一个测点，这 {before} 条管段约可缩小到 {after} 条。</translation>
    </message>
    <message>
        <source>Seen since the night of {since}, told {told}.</source>
        <translation>自 {since} 夜间起可见，{told} 发现。</translation>
    </message>
    <message>
        <source>mains outside metered DMAs</source>
        <translation>计量分区以外的管网</translation>
    </message>
    <message>
        <source>DMA {area}</source>
        <translation>分区 {area}</translation>
    </message>
    <message>
        <source>Told by the flow balance: more flows into {area} than is usual.</source>
        <translation>由水量平衡发现：进水量高于平常（{area}）。</translation>
    </message>
    <message>
        <source>Told by the night flow: more flows into {area} than is usual.</source>
        <translation>由夜间流量发现：夜间进水量高于平常（{area}）。</translation>
    </message>
    <message>
        <source>all sources</source>
        <translation>全部水源</translation>
    </message>
    <message>
        <source>Burst watch: learning what is usual …</source>
        <translation>爆管监测：正在学习正常规律……</translation>
    </message>
    <message>
        <source>Burst watch: has learned nothing yet</source>
        <translation>爆管监测：尚未学习</translation>
    </message>
    <message>
        <source>Burst watch: {count} loggers</source>
        <translation>爆管监测：{count} 个测点</translation>
    </message>
    <message>
        <source>newer and not watched: {count}; teach it again</source>
        <translation>此后新增、未监测：{count}，请重新学习</translation>
    </message>
    <message>
        <source>learned {since} to {until}</source>
        <translation>学习时段 {since} 至 {until}</translation>
    </message>
    <message>
        <source>one false alarm in {days} days</source>
        <translation>允许误报每 {days} 天一次</translation>
    </message>
    <message>
        <source>metered areas: {count}</source>
        <translation>计量分区 {count} 个</translation>
    </message>
    <message>
        <source>Zone of {count} mains, {length} ({share} of all), with 80 %; first in rank: {first}. {low} to {high} m³/h, with 80 %.</source>
        <translation>疑似范围 {count} 条管段、{length}（占全部管长 {share}；概率 80 %）；排在最前：{first}。漏量 {low} 至 {high} m³/h（概率 80 %）。</translation>
    </message>
    <message>
        <source>Zone of one main, {length} ({share} of all), with 80 %: {first}. {low} to {high} m³/h, with 80 %.</source>
        <translation>疑似范围 1 条管段、{length}（占全部管长 {share}；概率 80 %）：{first}。漏量 {low} 至 {high} m³/h（概率 80 %）。</translation>
    </message>
    <message>
        <source>Flow meters, {area}: {told}.</source>
        <translation>流量计（{area}）：{told}。</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>{over} m³/h against the usual since then</source>
        <translation>此后与平常相差 {over} m³/h</translation>
    </message>
    <message>
        <source>night of {day} (2 to 4) {night} m³/h, before usually {usual} ± {spread}</source>
        <translation>{day} 夜间（2–4 时）{night} m³/h，此前平常 {usual} ± {spread}</translation>
    </message>
    <message>
        <source>no night (2 to 4) since then yet, before usually {usual} ± {spread} m³/h</source>
        <translation>此后尚未经过夜间（2–4 时），此前平常 {usual} ± {spread} m³/h</translation>
    </message>
    <message>
        <source>night of {day} (2 to 4) unknown, a meter was silent; before usually {usual} ± {spread} m³/h</source>
        <translation>{day} 夜间（2–4 时）流量计缺测，未知；此前平常 {usual} ± {spread} m³/h</translation>
    </message>
    <message>
        <source>metered areas not watched yet: {count}; teach it again</source>
        <translation>尚未监测的计量分区：{count}，请重新学习</translation>
    </message>
    <message>
        <source>left out: {works}</source>
        <translation>不计入：{works}</translation>
    </message>
    <message>
        <source>open too long, not left out any more: {works}</source>
        <translation>未结束过久，不再排除：{works}</translation>
    </message>
</context>
<context>
    <name>BurstLine</name>
    <message>
        <source>Learn</source>
        <translation>学习</translation>
    </message>
    <message>
        <source>Quiet from (year-month-day)</source>
        <translation>平稳时段自（年-月-日）</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
    <message>
        <source>One false alarm in days</source>
        <translation>误报间隔（天）</translation>
    </message>
    <message>
        <source>Two days as year-month-day, the earlier first</source>
        <translation>请填两个日期（年-月-日），前者在先</translation>
    </message>
    <message>
        <source>Days from 1 to 366</source>
        <translation>1 至 366 天</translation>
    </message>
    <message>
        <source>Learn what is usual from quiet weeks; times with incidents or alarms are left out</source>
        <translation>从平稳的几周学习正常规律；有事件或报警的时段不计入</translation>
    </message>
</context>
<context>
    <name>BurstStrips</name>
    <message>
        <source>began</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>since</source>
        <translation>始见</translation>
    </message>
    <message>
        <source>told</source>
        <translation>发现</translation>
    </message>
    <message>
        <source>known work</source>
        <translation>已知作业</translation>
    </message>
    <message>
        <source>work over</source>
        <translation>作业结束</translation>
    </message>
    <message>
        <source>expected {value}</source>
        <translation>预期 {value}</translation>
    </message>
    <message>
        <source>Inflow</source>
        <translation>进水量</translation>
    </message>
    <message>
        <source>Night flow</source>
        <translation>夜间流量</translation>
    </message>
    <message>
        <source>Night flow of {day}</source>
        <translation>{day} 夜间流量</translation>
    </message>
    <message>
        <source>Left over</source>
        <translation>残差</translation>
    </message>
    <message>
        <source>by chance ±{value} {unit}</source>
        <translation>随机波动 ±{value} {unit}</translation>
    </message>
    <message>
        <source>Sum (CUSUM)</source>
        <translation>累计和（CUSUM）</translation>
    </message>
    <message>
        <source>threshold {value}</source>
        <translation>阈值 {value}</translation>
    </message>
</context>
<context>
    <name>BurstZone</name>
    <message>
        <source>Where the burst may be: these mains hold it with</source>
        <translation>爆管疑似范围：位于这些管段内的概率</translation>
    </message>
</context>
<context>
    <name>CalendarPane</name>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>日历</translation>
    </message>
    <message>
        <source>no conflicts</source>
        <translation>无冲突</translation>
    </message>
    <message>
        <source>{count} {count|conflict|conflicts}</source>
        <translation>{count} 处冲突</translation>
    </message>
    <message>
        <source>△ conflict  | notice due  ·  {first} – {last}  ·  ← → + − Home</source>
        <translation>△ 冲突  | 通知时限  ·  {first} – {last}  ·  ← → + − Home</translation>
    </message>
</context>
<context>
    <name>CallForm</name>
    <message>
        <source>Take a call</source>
        <translation>受理来电</translation>
    </message>
    <message>
        <source>What</source>
        <translation>诉求</translation>
    </message>
    <message>
        <source>In words</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>接报时间</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Ticket</source>
        <translation>工单号</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>离开</translation>
    </message>
    <message>
        <source>No customer was found: name and address are kept, without a place.</source>
        <translation>未找到用户：仅保留姓名和地址，不定位。</translation>
    </message>
    <message>
        <source>“{text}” is no time</source>
        <translation>“{text}”不是有效时间</translation>
    </message>
</context>
<context>
    <name>CallsPage</name>
    <message>
        <source>Likely</source>
        <translation>可能性</translation>
    </message>
    <message>
        <source>Main</source>
        <translation>管段</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>来电</translation>
    </message>
    <message>
        <source>Silent</source>
        <translation>未来电</translation>
    </message>
    <message>
        <source>Nothing points anywhere: fewer than two calls of “no water” in three hours.</source>
        <translation>暂无指向：三小时内“无水”来电不足两个。</translation>
    </message>
    <message>
        <source>{count} calls of “no water” in three hours, {unplaced} of them from an unknown place.</source>
        <translation>三小时内“无水”来电 {count} 个，其中 {unplaced} 个位置不明。</translation>
    </message>
    <message>
        <source>If {pipe} failed, {out} customers would be without water: {calls} of them have called, {silent} have not. F7 makes it an incident.</source>
        <translation>若 {pipe} 断水，将影响 {out} 户：其中 {calls} 户已来电，{silent} 户未来电。按 F7 立为事件。</translation>
    </message>
    <message>
        <source>No main explains the calls: who called lives on a tank, or has no water by the record.</source>
        <translation>没有管段能解释这些来电：来电者靠水箱供水，或按记录本已无水。</translation>
    </message>
</context>
<context>
    <name>ChoosePage</name>
    <message>
        <source>No workspace is open.</source>
        <translation>没有打开工作区。</translation>
    </message>
    <message>
        <source>No incident is open. The dispatcher takes reports at Ctrl+1.</source>
        <translation>没有未结事件。报漏由调度台（Ctrl+1）登记。</translation>
    </message>
    <message>
        <source>Tap the one that you are sent to.</source>
        <translation>点选派给你的事件。</translation>
    </message>
    <message>
        <source>At which incident do you work?</source>
        <translation>在哪个事件现场？</translation>
    </message>
</context>
<context>
    <name>Colouring</name>
    <message>
        <source>Nothing: grey by diameter</source>
        <translation>不着色：按管径灰度</translation>
    </message>
    <message>
        <source>Diameter</source>
        <translation>管径</translation>
    </message>
    <message>
        <source>Material</source>
        <translation>管材</translation>
    </message>
    <message>
        <source>Age, years</source>
        <translation>管龄（年）</translation>
    </message>
    <message>
        <source>Metered area (DMA), colours repeat</source>
        <translation>独立计量区（颜色循环使用）</translation>
    </message>
    <message>
        <source>Worst valve on the main</source>
        <translation>管段上最差阀门状况</translation>
    </message>
    <message>
        <source>Critical customers on the main</source>
        <translation>管段上重点用户数</translation>
    </message>
    <message>
        <source>condition unknown</source>
        <translation>状况不明</translation>
    </message>
    <message>
        <source>passing</source>
        <translation>关不严</translation>
    </message>
    <message>
        <source>stuck</source>
        <translation>无法启闭</translation>
    </message>
    <message>
        <source>Pressure, MPa</source>
        <translation>压力（MPa）</translation>
    </message>
    <message>
        <source>can be turned</source>
        <translation>可启闭</translation>
    </message>
</context>
<context>
    <name>CommandLine</name>
    <message>
        <source>/ id, road, address or name; close V12, stuck V12</source>
        <translation>/ 编号、道路、地址或名称；关 V12，卡 V12</translation>
    </message>
</context>
<context>
    <name>ComplaintSide</name>
    <message>
        <source>Callbacks {count}</source>
        <translation>待回访 {count}</translation>
    </message>
    <message>
        <source>What callbacks found</source>
        <translation>回访结果</translation>
    </message>
    <message>
        <source>the last 7 days</source>
        <translation>近 7 天</translation>
    </message>
    <message>
        <source>Next step</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>已公开</translation>
    </message>
    <message>
        <source>Suggestion dealt with</source>
        <translation>建议已处理</translation>
    </message>
    <message>
        <source>Called back</source>
        <translation>已回访</translation>
    </message>
    <message>
        <source>Contacted</source>
        <translation>已联系</translation>
    </message>
    <message>
        <source>Replied and settled</source>
        <translation>答复并办结</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>归档</translation>
    </message>
    <message>
        <source>belongs to {number}</source>
        <translation>属于 {number}</translation>
    </message>
    <message>
        <source>{count} complaints</source>
        <translation>{count} 件投诉</translation>
    </message>
    <message>
        <source>Belongs to {number}</source>
        <translation>归入 {number}</translation>
    </message>
    <message>
        <source>Calls {count}</source>
        <translation>来电指向 {count}</translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished">更多</translation>
    </message>
    <message>
        <source>Open {count}</source>
        <translation>投诉 {count}</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>月度</translation>
    </message>
</context>
<context>
    <name>CrewBoard</name>
    <message>
        <source>No crew in the roster yet: Ins enters one.</source>
        <translation>尚未登记班组：按 Ins 登记。</translation>
    </message>
    <message>
        <source>Crew</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Goes</source>
        <translation>应答</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>空闲</translation>
    </message>
    <message>
        <source>Skills</source>
        <translation>技能</translation>
    </message>
    <message>
        <source>Equipment</source>
        <translation>装备</translation>
    </message>
    <message>
        <source>Vehicle</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>sent twice: {numbers}</source>
        <translation>重复派出：{numbers}</translation>
    </message>
    <message>
        <source>has accepted</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>not answered</source>
        <translation>未应答</translation>
    </message>
    <message>
        <source>base</source>
        <translation>驻地</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>On the map</source>
        <translation>显示在地图上</translation>
    </message>
</context>
<context>
    <name>CrewPage</name>
    <message>
        <source>sent here</source>
        <translation>已派到此事件</translation>
    </message>
    <message>
        <source>only my login is written down</source>
        <translation>只记录登录人</translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation>不代表抢修队</translation>
    </message>
    <message>
        <source>For which crew do you write?</source>
        <translation>为哪支抢修队记录？</translation>
    </message>
    <message>
        <source>What is said here bears your login and this crew, at the dispatcher&apos;s, too.</source>
        <translation>此处所记均注明登录人和这支抢修队，调度台同样看得到。</translation>
    </message>
</context>
<context>
    <name>CrewSwitch</name>
    <message>
        <source>crews</source>
        <translation>班组</translation>
    </message>
</context>
<context>
    <name>CustomersSection</name>
    <message>
        <source>Critical customers</source>
        <translation>重点用户</translation>
    </message>
    <message>
        <source>Customers by kind</source>
        <translation>用户分类</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>停水</translation>
    </message>
    <message>
        <source>On storage</source>
        <translation>靠水箱</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Linked by</source>
        <translation>关联方式</translation>
    </message>
    <message>
        <source>m</source>
        <translation>m</translation>
    </message>
</context>
<context>
    <name>DayLog</name>
    <message>
        <source>day</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>file: .pdf to print, .xlsx or .csv</source>
        <translation>文件：打印用 .pdf，也可 .xlsx 或 .csv</translation>
    </message>
    <message>
        <source>Print the day&apos;s log</source>
        <translation>打印调度日志</translation>
    </message>
    <message>
        <source>“{text}” is no day, such as {day}</source>
        <translation>“{text}”不是日期，应如 {day}</translation>
    </message>
</context>
<context>
    <name>DispatchDesk</name>
    <message>
        <source>Plan for {number} is being made; F7 attaches it with its customers&apos; list.</source>
        <translation>正在生成 {number} 的关阀方案；F7 连同用户名单附上。</translation>
    </message>
    <message>
        <source>The plan is attached with its customers&apos; list as it is now.</source>
        <translation>方案已附上，含此刻的用户名单。</translation>
    </message>
    <message>
        <source>Silence the sounds for {minutes} minutes</source>
        <translation>静音 {minutes} 分</translation>
    </message>
    <message>
        <source>reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Alarms sound by the system&apos;s bell: no sound could be played. sluice doctor says why.</source>
        <translation>放不出声音，报警改用系统提示音；原因见 sluice doctor。</translation>
    </message>
</context>
<context>
    <name>DisputeBoard</name>
    <message>
        <source>Disputed</source>
        <translation>争议对象</translation>
    </message>
    <message>
        <source>First</source>
        <translation>先</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>后</translation>
    </message>
    <message>
        <source>To settle it</source>
        <translation>如何了结</translation>
    </message>
    <message>
        <source>Nobody contradicts anybody. What laptops bring home and the centre knows otherwise stands here.</source>
        <translation>没有互相矛盾的内容。外业笔记本带回的内容与中心不一致时，列在这里。</translation>
    </message>
</context>
<context>
    <name>DoctorPanel</name>
    <message>
        <source>Examine the drawing</source>
        <translation>检查图形</translation>
    </message>
    <message>
        <source>Examine again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Topology</source>
        <translation>图形检查</translation>
    </message>
    <message>
        <source>Ends that miss each other, islands, valves beside their pipes: examine the drawing first.</source>
        <translation>找出未接上的端点、孤立管段、偏离管段的阀门：请先检查图形。</translation>
    </message>
    <message>
        <source>Examining the drawing …</source>
        <translation>正在检查图形…</translation>
    </message>
    <message>
        <source>{count} parts of the network</source>
        <translation>管网共 {count} 个互不相连的部分</translation>
    </message>
    <message>
        <source> (first: {count})</source>
        <translation>（起初 {count} 个）</translation>
    </message>
    <message>
        <source>{mends} could be mended · {stays} stay as they are</source>
        <translation>{mends} 处可修正 · {stays} 处保持原样</translation>
    </message>
    <message>
        <source>Take back {count}</source>
        <translation>撤回 {count} 处修正</translation>
    </message>
    <message>
        <source>All · {count}</source>
        <translation type="unfinished">全部 · {count}</translation>
    </message>
    <message>
        <source>Stays as it is</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Stays</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Fault</source>
        <translation type="unfinished">问题</translation>
    </message>
    <message>
        <source>Feature</source>
        <translation type="unfinished">要素</translation>
    </message>
    <message>
        <source>Apart, m</source>
        <translation>相距 m</translation>
    </message>
    <message>
        <source>{count} could not be made: what they speak of is no longer as it was.</source>
        <translation>{count} 处未能修正：所指要素已有变化。</translation>
    </message>
    <message>
        <source>Click a line to see what its mend does on the map.</source>
        <translation>点一行，在图上看修正前后。</translation>
    </message>
    <message>
        <source>Mend {count}</source>
        <translation>修正 {count} 处</translation>
    </message>
    <message>
        <source>Mend this</source>
        <translation>修正此处</translation>
    </message>
    <message>
        <source>Mend all of the list: {count}</source>
        <translation>修正表中全部 {count} 处</translation>
    </message>
</context>
<context>
    <name>Doing</name>
    <message>
        <source>Barred – {bars}. It happened all the same?</source>
        <translation>受限：{bars}。确已发生？</translation>
    </message>
    <message>
        <source>Barrier and lights stand</source>
        <translation>围挡和警示标志已设</translation>
    </message>
    <message>
        <source>Site cleared, paving requested</source>
        <translation>工完料清，已通知修路</translation>
    </message>
    <message>
        <source>photo: path of the file</source>
        <translation>照片：文件路径</translation>
    </message>
    <message>
        <source>note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>leaking main&apos;s DN, read on site</source>
        <translation>现场核实漏水口径 DN</translation>
    </message>
    <message>
        <source>telecom, power, gas, sewer, others: what was found</source>
        <translation>电信、电力、煤气、污水、其他暗管：排查情况</translation>
    </message>
    <message>
        <source>“{text}” is no diameter in mm</source>
        <translation>“{text}”不是口径（mm）</translation>
    </message>
    <message>
        <source>Buried lines checked, leak&apos;s bore established</source>
        <translation>地下管线已排查，漏水口径已确定</translation>
    </message>
    <message>
        <source>where the water comes from, such as north, or valve V4406</source>
        <translation>来水方向，如北侧、阀门 V4406</translation>
    </message>
    <message>
        <source>Flushing is done</source>
        <translation>冲洗完毕</translation>
    </message>
    <message>
        <source>who confirmed: every critical customer, one in each community</source>
        <translation>确认人：全部重点用户，每小区至少一户</translation>
    </message>
    <message>
        <source>Customers confirm quality and pressure</source>
        <translation>客户确认水质、水压正常</translation>
    </message>
    <message>
        <source>area: from … to …, or streets and communities</source>
        <translation>范围：东至…西至…南至…北至…，或街道及小区</translation>
    </message>
    <message>
        <source>Outage published</source>
        <translation>发布停水信息</translation>
    </message>
    <message>
        <source>Close without a picture of the site</source>
        <translation>无现场照片办结</translation>
    </message>
    <message>
        <source>type {number} to divert it</source>
        <translation>输入 {number} 确认改派</translation>
    </message>
    <message>
        <source>It stays at {number}.</source>
        <translation>仍在 {number}。</translation>
    </message>
    <message>
        <source>{crew} is at {number}</source>
        <translation>{crew} 正在 {number}</translation>
    </message>
    <message>
        <source>Call {crew} back</source>
        <translation>召回 {crew}</translation>
    </message>
    <message>
        <source>{valve} stays as it is</source>
        <translation>{valve} 留置</translation>
    </message>
    <message>
        <source>receiver</source>
        <translation>受令人</translation>
    </message>
    <message>
        <source>order</source>
        <translation>调度令内容</translation>
    </message>
    <message>
        <source>Dispatch order: {valve} is operated by order only</source>
        <translation>调度令：{valve} 须凭令操作</translation>
    </message>
    <message>
        <source>picture or sound: path of the file</source>
        <translation>照片或录音：文件路径</translation>
    </message>
    <message>
        <source>There is nothing to note.</source>
        <translation>没有可记录的内容。</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Reopen the incident</source>
        <translation>重开事件</translation>
    </message>
    <message>
        <source>Cancel the incident</source>
        <translation>撤销事件</translation>
    </message>
    <message>
        <source>number of the incident that it is the same as</source>
        <translation>与之相同的事件编号</translation>
    </message>
    <message>
        <source>Merge with another incident</source>
        <translation>并入另一事件</translation>
    </message>
    <message>
        <source>clock, such as E4</source>
        <translation>时限，如 E4</translation>
    </message>
    <message>
        <source>reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Waive a clock</source>
        <translation>免除时限</translation>
    </message>
    <message>
        <source>time, such as 14:09; - if it did not happen</source>
        <translation>时间，如 14:09；未发生填 -</translation>
    </message>
    <message>
        <source>“{text}” is no time</source>
        <translation>“{text}”不是时间</translation>
    </message>
    <message>
        <source>Correct a time</source>
        <translation>更正时间</translation>
    </message>
    <message>
        <source>tankers and hydrants: where, from when</source>
        <translation>送水车、消火栓：地点和开始时间</translation>
    </message>
    <message>
        <source>Temporary supply arranged</source>
        <translation>临时供水已安排</translation>
    </message>
    <message>
        <source>hours from the stop of water to its return, such as 30</source>
        <translation>从停水到恢复供水的小时数，如 30</translation>
    </message>
    <message>
        <source>“{text}” is no number of hours</source>
        <translation>“{text}”不是小时数</translation>
    </message>
    <message>
        <source>Expected outage</source>
        <translation>预计停水时间</translation>
    </message>
</context>
<context>
    <name>DrillLine</name>
    <message>
        <source>DRILL: recorded readings, played {speed} times as fast. Nothing here is real.</source>
        <translation>演练：历史读数以 {speed} 倍速回放，此处一切均非实况。</translation>
    </message>
    <message>
        <source>Faults of the line: {faults}.</source>
        <translation>线路故障：{faults}。</translation>
    </message>
    <message>
        <source>From</source>
        <translation type="unfinished">来源</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation type="unfinished">小时</translation>
    </message>
    <message>
        <source>Times as fast</source>
        <translation>倍速</translation>
    </message>
    <message>
        <source>Faults: all, or nothing</source>
        <translation>故障：all 或留空</translation>
    </message>
    <message>
        <source>Drill: a copy of this city plays recorded readings as if they were of now</source>
        <translation>演练：复制本城，把历史读数当作此刻回放</translation>
    </message>
    <message>
        <source>A moment of the past as 2026-11-20 03:12</source>
        <translation>过去的时刻，如 2026-11-20 03:12</translation>
    </message>
    <message>
        <source>Hours from 0 to {most}</source>
        <translation type="unfinished">小时数须在 0 到 {most} 之间</translation>
    </message>
    <message>
        <source>From 0 to 1000 times as fast</source>
        <translation>倍速须在 0 到 1000 之间</translation>
    </message>
    <message>
        <source>all, or nothing</source>
        <translation>填 all，或留空</translation>
    </message>
</context>
<context>
    <name>EditBar</name>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>such as: dug up on 3 May, measured</source>
        <translation>如：5 月 3 日开挖实测</translation>
    </message>
    <message>
        <source>Write edit</source>
        <translation>写入改动</translation>
    </message>
    <message>
        <source>Propose</source>
        <translation>列为提议</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Write the reason first.</source>
        <translation>请先填写原因。</translation>
    </message>
</context>
<context>
    <name>EditSide</name>
    <message>
        <source>Topology</source>
        <translation>图形检查</translation>
    </message>
    <message>
        <source>Proposals</source>
        <translation>提议</translation>
    </message>
    <message>
        <source>Edits</source>
        <translation>改动</translation>
    </message>
</context>
<context>
    <name>EffectSection</name>
    <message>
        <source>What it does</source>
        <translation>改动的影响</translation>
    </message>
    <message>
        <source>Looking at what it does …</source>
        <translation>正在查看影响…</translation>
    </message>
    <message>
        <source>Seen: {what}</source>
        <translation>现场所见：{what}</translation>
    </message>
</context>
<context>
    <name>EmptyHint</name>
    <message>
        <source>Click a pipe on the map, or press F2 and type an id, a road or an address.</source>
        <translation>在图上点一条管段，或按 F2 输入编号、道路或地址。</translation>
    </message>
    <message>
        <source>Plans are shown here.</source>
        <translation>方案显示在此处。</translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message>
        <source>Export the plan</source>
        <translation>导出方案</translation>
    </message>
</context>
<context>
    <name>FallbackSection</name>
    <message>
        <source>If a valve will not turn</source>
        <translation>失效备选</translation>
    </message>
    <message>
        <source>worked out for each</source>
        <translation>逐阀已算</translation>
    </message>
    <message>
        <source>Enter or double click takes the valve as stuck and plans without it.</source>
        <translation>按 Enter 或双击：按该阀卡死重做方案。</translation>
    </message>
    <message>
        <source>no other valves: stop {sources}</source>
        <translation>无替代：须停 {sources}</translation>
    </message>
    <message>
        <source>none needed</source>
        <translation>不关亦可</translation>
    </message>
    <message>
        <source>close {valves}</source>
        <translation>改关 {valves}</translation>
    </message>
    <message>
        <source>not by valves</source>
        <translation>关阀不可行</translation>
    </message>
    <message>
        <source>{count} unknown</source>
        <translation>{count} 阀未知</translation>
    </message>
    <message>
        <source>operable</source>
        <translation>可操作</translation>
    </message>
    <message>
        <source>Stuck</source>
        <translation>关不动</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>则</translation>
    </message>
    <message>
        <source>± out</source>
        <translation>± 户</translation>
    </message>
    <message>
        <source>Their state</source>
        <translation>备选状况</translation>
    </message>
</context>
<context>
    <name>FaultsPanel</name>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>All · {count}</source>
        <translation>全部 · {count}</translation>
    </message>
    <message>
        <source>Fault</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Feature</source>
        <translation>要素</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>处理</translation>
    </message>
    <message>
        <source>Click a fault to see its place on the map.</source>
        <translation>点一条问题，在图上查看位置。</translation>
    </message>
    <message>
        <source>No faults were found in this workspace&apos;s data.</source>
        <translation>此工作区的数据未发现问题。</translation>
    </message>
</context>
<context>
    <name>FieldBar</name>
    <message>
        <source>Chamber is open</source>
        <translation>井盖已开</translation>
    </message>
    <message>
        <source>Measure gas, ask for the permit</source>
        <translation>测气体，办许可</translation>
    </message>
    <message>
        <source>Opening it now</source>
        <translation>开始开阀</translation>
    </message>
    <message>
        <source>Closing it now</source>
        <translation>开始关阀</translation>
    </message>
    <message>
        <source>It is open</source>
        <translation>已开到位</translation>
    </message>
    <message>
        <source>It is closed</source>
        <translation>已关好</translation>
    </message>
    <message>
        <source>Seen: it is closed</source>
        <translation>已核对：关着</translation>
    </message>
    <message>
        <source>The water is off</source>
        <translation>已止水</translation>
    </message>
    <message>
        <source>The main is mended</source>
        <translation>管道已修好</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Will not turn</source>
        <translation>关不动</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>找不到</translation>
    </message>
    <message>
        <source>Leaks by</source>
        <translation>关不严</translation>
    </message>
    <message>
        <source>Stays so</source>
        <translation>保持现状</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>拍照存档</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Choose an incident</source>
        <translation>选择事件</translation>
    </message>
    <message>
        <source>Every valve is back</source>
        <translation>阀门均已复位</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Nothing to do here</source>
        <translation>此处无事可做</translation>
    </message>
</context>
<context>
    <name>FieldDesk</name>
    <message>
        <source>A serial line such as /dev/ttyACM0, a file of NMEA lines, gpsd://localhost, tcp://host:port. Empty: none.</source>
        <translation>串口（如 /dev/ttyACM0）、NMEA 文件、gpsd://localhost 或 tcp://主机:端口；留空则不用。</translation>
    </message>
    <message>
        <source>Satellite receiver</source>
        <translation>卫星定位接收机</translation>
    </message>
    <message>
        <source>{valve} is out. Close instead: {valves}.</source>
        <translation>{valve} 不可用，改关：{valves}。</translation>
    </message>
    <message>
        <source>{valve} is out; no other valve is needed for it.</source>
        <translation>{valve} 不可用，无须另关其他阀门。</translation>
    </message>
    <message>
        <source>{valve} is operated by dispatch order only</source>
        <translation>{valve} 须凭调度令操作</translation>
    </message>
    <message>
        <source>None was read back. If it was given by word, write who gave it; else ask the dispatcher first.</source>
        <translation>尚无已复诵的调度令。口头下令的请写明下令人；否则先请示调度。</translation>
    </message>
    <message>
        <source>{valve} stays as it is</source>
        <translation>{valve} 保持现状</translation>
    </message>
    <message>
        <source>Why it is not back in its normal position:</source>
        <translation>未恢复常态位置的原因：</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>拍照存档</translation>
    </message>
    <message>
        <source>The photo is kept with the incident.</source>
        <translation>照片已随事件保存。</translation>
    </message>
</context>
<context>
    <name>FieldRow</name>
    <message>
        <source>was {value}</source>
        <translation>原为 {value}</translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>Households</source>
        <translation>户数</translation>
    </message>
</context>
<context>
    <name>FiguresPage</name>
    <message>
        <source>Last {days} days. Targets: EEMUA 191 and ISA-18.2, for one operator.</source>
        <translation>近 {days} 天。目标依据 EEMUA 191 和 ISA-18.2，按一名值班员计。</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>本处</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Raised most often</source>
        <translation>最频繁的报警</translation>
    </message>
    <message>
        <source>Instrument</source>
        <translation>测点</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>Alarms of the last 30 days are being counted.</source>
        <translation>正在统计近 30 天的报警。</translation>
    </message>
    <message>
        <source>No alarm in the last {days} days. Targets: EEMUA 191 and ISA-18.2, for one operator.</source>
        <translation>近 {days} 天没有报警。目标依据 EEMUA 191 和 ISA-18.2，按一名值班员计。</translation>
    </message>
    <message>
        <source>Alarms raised</source>
        <translation>报警总数</translation>
    </message>
    <message>
        <source>on average in ten minutes</source>
        <translation>平均每十分钟</translation>
    </message>
    <message>
        <source>most in ten minutes</source>
        <translation>十分钟内最多</translation>
    </message>
    <message>
        <source>share of time in a flood</source>
        <translation>报警泛滥时间占比</translation>
    </message>
    <message>
        <source>Priorities 1 · 2 · 3 · 4</source>
        <translation>级别 1 · 2 · 3 · 4</translation>
    </message>
    <message>
        <source>1 and 2: ≤ 20 %</source>
        <translation>一、二级合计 ≤ 20 %</translation>
    </message>
    <message>
        <source>Standing for a day and more</source>
        <translation>持续一天以上</translation>
    </message>
    <message>
        <source>Chattering</source>
        <translation>反复报警</translation>
    </message>
    <message>
        <source>← → another month. Ctrl+Shift+P into a file.
Complaints {count}, escalations {called}.</source>
        <translation>← → 换月，Ctrl+Shift+P 存为文件。
投诉 {count} 件，升级 {called} 起。</translation>
    </message>
    <message>
        <source>Being counted …</source>
        <translation>正在统计……</translation>
    </message>
    <message>
        <source>Not kept: {names}</source>
        <translation>未达标：{names}</translation>
    </message>
</context>
<context>
    <name>FilesLine</name>
    <message>
        <source>files damaged</source>
        <translation>文件已损坏</translation>
    </message>
    <message>
        <source>own rules not used</source>
        <translation>未用自有规则</translation>
    </message>
</context>
<context>
    <name>Findings</name>
    <message>
        <source>EPANET found no balance later on: the curves end there.</source>
        <translation>EPANET 此后未能达到平衡，曲线到此为止。</translation>
    </message>
    <message>
        <source>Calibrated model: {known} of {every} nodes and links found here.</source>
        <translation>率定模型：{every} 个节点与管段中有 {known} 个与本网对应。</translation>
    </message>
    <message>
        <source>Dry parts are taken out first: who is out of water is decided by topology alone.</source>
        <translation>无水部分先行剔除；是否停水只由拓扑判定。</translation>
    </message>
    <message>
        <source>No flow turns round, no sediment is stirred.</source>
        <translation>无流向反转，无沉积物被冲起。</translation>
    </message>
    <message>
        <source>Tank {tank} is empty {hours} h after the water is shut off.</source>
        <translation>水池 {tank} 在停水 {hours} h 后放空。</translation>
    </message>
    <message>
        <source>Tank {tank}: {hours} h to empty at this flow ({before} h before).</source>
        <translation>水池 {tank}：按此流量 {hours} h 放空（平时 {before} h）。</translation>
    </message>
    <message>
        <source>Pump {pump}: {state}</source>
        <translation>水泵 {pump}：{state}</translation>
    </message>
    <message>
        <source>Flow turns round in {count} {count|main|mains}: {mains}</source>
        <translation>流向反转 {count} 段：{mains}</translation>
    </message>
    <message>
        <source>Sediment may be stirred in {count} {count|main|mains}: {mains}</source>
        <translation>可能泛黄（沉积物被冲起）{count} 段：{mains}</translation>
    </message>
</context>
<context>
    <name>FireLine</name>
    <message>
        <source>Distance that a hydrant covers</source>
        <translation>消火栓保护半径</translation>
    </message>
    <message>
        <source>Fire cover: no hydrant is out.</source>
        <translation>消防：没有消火栓停用。</translation>
    </message>
    <message>
        <source>Fire cover: {count} {count|hydrant|hydrants} out, nobody farther than {reach} from a live one.</source>
        <translation>消防：停用消火栓 {count} 只，{reach} 内均有可用消火栓。</translation>
    </message>
    <message>
        <source>Fire cover: {count} {count|hydrant|hydrants} out; {left} {left|customer|customers} farther than {reach} from a live one.</source>
        <translation>消防：停用消火栓 {count} 只，{left} 户 {reach} 内再无可用消火栓。</translation>
    </message>
</context>
<context>
    <name>FrontPanel</name>
    <message>
        <source>Unint.</source>
        <translation>连带</translation>
    </message>
    <message>
        <source>km²</source>
        <translation>km²</translation>
    </message>
    <message>
        <source>Critical</source>
        <translation>重点用户</translation>
    </message>
    <message>
        <source>Trade-off</source>
        <translation>权衡</translation>
    </message>
    <message>
        <source>Click a pipe: the plans to choose from are shown here.</source>
        <translation>点选管段后，此处列出可供比选的方案。</translation>
    </message>
    <message>
        <source>Weighing was stopped. F7 computes again.</source>
        <translation>比选已停止。按 F7 重算。</translation>
    </message>
    <message>
        <source>Weighing the plans …</source>
        <translation>正在比选方案…</translation>
    </message>
    <message>
        <source>valves</source>
        <translation>按阀数</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>按用时</translation>
    </message>
    <message>
        <source>Spare valves</source>
        <translation>少关阀门</translation>
    </message>
    <message>
        <source>least work</source>
        <translation>最省工</translation>
    </message>
    <message>
        <source>valves to close</source>
        <translation>关阀数（只）</translation>
    </message>
    <message>
        <source>EPANET solves every plan; Esc stops it.</source>
        <translation>EPANET 正在逐个方案计算，按 Esc 停止。</translation>
    </message>
    <message>
        <source>Weighing the plans for {seconds} s. Esc stops it.</source>
        <translation>比选方案已用 {seconds} 秒，按 Esc 停止。</translation>
    </message>
    <message>
        <source>≥ {limit} households: media notice (P2)</source>
        <translation>≥ {limit} 户须媒体公告（P2）</translation>
    </message>
    <message>
        <source>customers out</source>
        <translation>停水户数</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>已选</translation>
    </message>
    <message>
        <source>surest</source>
        <translation>最有把握</translation>
    </message>
    <message>
        <source>smallest area</source>
        <translation>范围最小</translation>
    </message>
    <message>
        <source>fewest valves</source>
        <translation>关阀最少</translation>
    </message>
    <message>
        <source>not proven</source>
        <translation>未证最优</translation>
    </message>
    <message>
        <source>{letter} against {other}</source>
        <translation>{letter} 比 {other}</translation>
    </message>
    <message>
        <source>The plan on screen is none of these: a valve of it does not turn.</source>
        <translation>当前方案不在其中：其原定的阀门关不动。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Valves</source>
        <translation>关阀</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>停水户</translation>
    </message>
    <message>
        <source>Stop, min</source>
        <translation>止水 min</translation>
    </message>
    <message>
        <source>Risk</source>
        <translation>风险</translation>
    </message>
    <message>
        <source>{count} {count|plan|plans}</source>
        <translation>{count} 个方案</translation>
    </message>
    <message>
        <source>Chances rest on condition, age and last turn on record and on house values: no counts.</source>
        <translation>把握按档案中的阀门状况、管龄、最近启闭时间和内部经验值推算，不是实际统计。</translation>
    </message>
    <message>
        <source>Check pressures</source>
        <translation>校核压力</translation>
    </message>
    <message>
        <source>Low: customers newly below the promised pressure, now or at the peak hour.</source>
        <translation>低压：当前或高峰时新降至表前压力下限以下的用户。</translation>
    </message>
    <message>
        <source>Pressures after these plans are not checked.</source>
        <translation>各方案停水后的压力未校核。</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>低压</translation>
    </message>
    <message>
        <source>Spare time: ways to the valves, and work at them</source>
        <translation>节省时间：到阀门的路程与操作用时</translation>
    </message>
    <message>
        <source>work and ways, min</source>
        <translation>关阀与路程用时合计（min）</translation>
    </message>
</context>
<context>
    <name>FrontWords</name>
    <message>
        <source>{count} assumed</source>
        <translation>{count} 只推定</translation>
    </message>
    <message>
        <source>{count} unknown</source>
        <translation>{count} 阀未知</translation>
    </message>
    <message>
        <source>low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>close {count} more</source>
        <translation>多关 {count} 阀</translation>
    </message>
    <message>
        <source>close {count} fewer</source>
        <translation>少关 {count} 阀</translation>
    </message>
    <message>
        <source>{count} min longer</source>
        <translation>止水晚 {count} 分</translation>
    </message>
    <message>
        <source>{count} min shorter</source>
        <translation>止水早 {count} 分</translation>
    </message>
    <message>
        <source>the same figures with other valves</source>
        <translation>数字相同，所关阀门不同</translation>
    </message>
    <message>
        <source>spares {names}</source>
        <translation>避开{names}</translation>
    </message>
    <message>
        <source>hits {names}</source>
        <translation>波及{names}</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names}等，另 {count} 处</translation>
    </message>
    <message>
        <source>Dashed points are not proven: another plan may beat them.</source>
        <translation>虚线圈的方案未证最优，可能还有更好的方案。</translation>
    </message>
    <message>
        <source>Exact for the neighbourhood; a plan far away may need fewer valves.</source>
        <translation>在目标附近已逐一穷尽；远处或有关阀更少的方案。</translation>
    </message>
    <message>
        <source>Exact: no other set of valves beats a plan on the line.</source>
        <translation>精确：没有其他关阀组合优于折线上的方案。</translation>
    </message>
    <message>
        <source>All reach {limit} households: if planned, media notice 48 h before (P2, house value).</source>
        <translation>各方案停水均达 {limit} 户：如属计划停水，须提前 48 h 媒体公告（P2，内部值）。</translation>
    </message>
    <message>
        <source>{letters} {count|reaches|reach} {limit} households: if planned, media notice 48 h before (P2, house value).</source>
        <translation>{letters} 停水达 {limit} 户：如属计划停水，须提前 48 h 媒体公告（P2，内部值）。</translation>
    </message>
    <message>
        <source>{letters}: {said}</source>
        <translation>{letters}：{said}</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} 分</translation>
    </message>
    <message>
        <source>{letter}: {percent} % that all its valves close at the first attempt</source>
        <translation>{letter}：所有阀门一次关到位的把握 {percent} %</translation>
    </message>
    <message>
        <source>{count} more {count|customer|customers} out</source>
        <translation>多停 {count} 户</translation>
    </message>
    <message>
        <source>{count} fewer {count|customer|customers} out</source>
        <translation>少停 {count} 户</translation>
    </message>
    <message>
        <source>{count} {count|valve|valves}</source>
        <translation>关 {count} 阀</translation>
    </message>
    <message>
        <source>{count} {count|customer|customers} out</source>
        <translation>停 {count} 户</translation>
    </message>
    <message>
        <source>Ways count from crew {crew}, the nearest that can set out.</source>
        <translation>路程自 {crew} 现在位置起算（可出发的最近班组）。</translation>
    </message>
    <message>
        <source>No crew&apos;s place is known: ways count from the middle of the valves.</source>
        <translation>班组位置未知：路程自各阀门的中心起算。</translation>
    </message>
</context>
<context>
    <name>GroupTabs</name>
    <message>
        <source>Valves</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>Impact</source>
        <translation>影响</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Basis</source>
        <translation>依据</translation>
    </message>
</context>
<context>
    <name>HandoverPage</name>
    <message>
        <source>Hand over</source>
        <translation>交班</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>接班</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>地点</translation>
    </message>
    <message>
        <source>This shift</source>
        <translation>本班</translation>
    </message>
    <message>
        <source>Ends in the next shift</source>
        <translation>下一班到期</translation>
    </message>
    <message>
        <source>your name</source>
        <translation>您的姓名</translation>
    </message>
    <message>
        <source>who takes over</source>
        <translation>接班人</translation>
    </message>
    <message>
        <source>what they should know</source>
        <translation>交代事项</translation>
    </message>
    <message>
        <source>Hand the shift over</source>
        <translation>交班</translation>
    </message>
    <message>
        <source>It was handed over to {name}.</source>
        <translation>本班交给了 {name}。</translation>
    </message>
    <message>
        <source>Incident, order, valve</source>
        <translation>事件、调度令、阀门</translation>
    </message>
    <message>
        <source>{time} {by} handed over to {name}: {name} signs with Ctrl+Enter</source>
        <translation>{time} {by} 交班给 {name}：{name} 按 Ctrl+Enter 签收</translation>
    </message>
    <message>
        <source>{name} takes the shift over, or {by} names somebody else</source>
        <translation>{name} 接班签收，或由 {by} 改交他人</translation>
    </message>
    <message>
        <source>Day&apos;s log</source>
        <translation>调度日志</translation>
    </message>
    <message>
        <source>since {time}: incidents {incidents}, open orders {orders}, valves off normal {valves}</source>
        <translation>自 {time} 起：事件 {incidents} 件，未结调度令 {orders} 道，非常态阀门 {valves} 只</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>Nothing has been edited in this workspace yet.</source>
        <translation>此工作区尚无改动。</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>改动</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Take this back</source>
        <translation>撤回此项</translation>
    </message>
    <message>
        <source>{who}: {why}</source>
        <translation>{who}：{why}</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>已撤回</translation>
    </message>
</context>
<context>
    <name>HotlineDesk</name>
    <message>
        <source>The call is {number}.</source>
        <translation>来电已受理，编号 {number}。</translation>
    </message>
    <message>
        <source>what the customer was told</source>
        <translation>答复内容</translation>
    </message>
    <message>
        <source>{number}: reply</source>
        <translation>{number}：答复</translation>
    </message>
    <message>
        <source>1 satisfied, 2 not satisfied, 3 nobody reached</source>
        <translation>1 满意，2 不满意，3 未接通</translation>
    </message>
    <message>
        <source>1 satisfied · 2 not · 3 not reached</source>
        <translation>1 满意 · 2 不满意 · 3 未接通</translation>
    </message>
    <message>
        <source>suggestion or complaint</source>
        <translation>建议或投诉</translation>
    </message>
    <message>
        <source>{number}: callback</source>
        <translation>{number}：回访</translation>
    </message>
    <message>
        <source>what came of the suggestion</source>
        <translation>建议处理结果</translation>
    </message>
    <message>
        <source>{number}: suggestion</source>
        <translation>{number}：建议</translation>
    </message>
    <message>
        <source>Nothing points at a main.</source>
        <translation>没有指向任何管段。</translation>
    </message>
    <message>
        <source>{number} is an incident now: Ctrl+1 shows it.</source>
        <translation>已立为事件 {number}，按 Ctrl+1 查看。</translation>
    </message>
</context>
<context>
    <name>HubLine</name>
    <message>
        <source>What is written here is kept, and goes there by itself as soon as there is room.</source>
        <translation>本机写入的内容都已保存，一有空间即自动发送。</translation>
    </message>
    <message>
        <source>What is written now goes through: this holds up nothing else.</source>
        <translation>现在写入的内容照常发送，其他记录不受影响。</translation>
    </message>
    <message>
        <source>calling the hub</source>
        <translation>正在连接中心库</translation>
    </message>
    <message>
        <source>in step with the hub · {count} held back</source>
        <translation>与中心库同步 · {count} 条未被接收</translation>
    </message>
    <message>
        <source>in step with the hub</source>
        <translation>与中心库同步</translation>
    </message>
    <message>
        <source>the hub&apos;s disk is full · {count} kept here</source>
        <translation>中心库磁盘已满 · {count} 条留在本机</translation>
    </message>
    <message>
        <source>not in step with the hub · {count} to send</source>
        <translation>未与中心库同步 · 待发送 {count} 条</translation>
    </message>
    <message>
        <source>alone since {since} · {count} to send</source>
        <translation>{since} 起单机运行 · 待发送 {count} 条</translation>
    </message>
</context>
<context>
    <name>HydrantForm</name>
    <message>
        <source>Hydrant</source>
        <translation>消火栓</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>From</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>About, m³/h</source>
        <translation>约，m³/h</translation>
    </message>
    <message>
        <source>Told by</source>
        <translation>告知人</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>its number, or X,Y; or pick it on the map</source>
        <translation>编号，或 X,Y；也可在图上点选</translation>
    </message>
    <message>
        <source>empty: it runs still</source>
        <translation>空：仍在用水</translation>
    </message>
    <message>
        <source>empty: not known</source>
        <translation>空：不详</translation>
    </message>
    <message>
        <source>Water from a hydrant</source>
        <translation>消火栓用水登记</translation>
    </message>
    <message>
        <source>Pressures within 1.5 km are left out of the watch for bursts while it runs. Without an end it is believed for twelve hours.</source>
        <translation>用水期间，1.5 km 内的压力不计入爆管监测。未填结束的只信十二小时。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>离开</translation>
    </message>
    <message>
        <source>“{text}” is no number.</source>
        <translation>“{text}”不是数字。</translation>
    </message>
    <message>
        <source>“{text}” is no time, such as 14:05 or 03-12 14:05.</source>
        <translation>“{text}”不是时间，例如 14:05 或 03-12 14:05。</translation>
    </message>
</context>
<context>
    <name>HydrantPage</name>
    <message>
        <source>“{text}” is no time, such as 14:05 or 03-12 14:05.</source>
        <translation>“{text}”不是时间，例如 14:05 或 03-12 14:05。</translation>
    </message>
    <message>
        <source>When it ended</source>
        <translation>结束时间</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>{number}: ended</source>
        <translation>{number}：结束</translation>
    </message>
    <message>
        <source>Why it is taken back</source>
        <translation>撤回原因</translation>
    </message>
    <message>
        <source>{number}: no water was drawn</source>
        <translation>{number}：并未用水</translation>
    </message>
    <message>
        <source>Write down</source>
        <translation>登记</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Runs still</source>
        <translation>仍在用水</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Hydrant</source>
        <translation>消火栓</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>From</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>m³/h</source>
        <translation>m³/h</translation>
    </message>
    <message>
        <source>Told by, note</source>
        <translation>告知人、备注</translation>
    </message>
    <message>
        <source>Open too long, so bursts around it are told again: {uses}. Say that it runs still, or ended.</source>
        <translation>未结束过久，周围爆管不再排除：{uses}。请确认仍在用水或已结束。</translation>
    </message>
    <message>
        <source>No water is drawn from hydrants. What is written down explains pressures around it.</source>
        <translation>没有消火栓用水。登记后，周围的压力变化据此解释。</translation>
    </message>
    <message>
        <source>Pressures within 1.5 km of what runs are left out of the watch for bursts.</source>
        <translation>用水中的消火栓 1.5 km 内的压力不计入爆管监测。</translation>
    </message>
</context>
<context>
    <name>ImpactSection</name>
    <message>
        <source>Impact</source>
        <translation>影响</translation>
    </message>
    <message>
        <source>once the sources named above are stopped</source>
        <translation>上列水源停运之后</translation>
    </message>
    <message>
        <source>customers</source>
        <translation>户</translation>
    </message>
    <message>
        <source>out</source>
        <translation>停水</translation>
    </message>
    <message>
        <source>unintended</source>
        <translation>连带停水</translation>
    </message>
    <message>
        <source>on storage</source>
        <translation>靠水箱</translation>
    </message>
    <message>
        <source>mains out</source>
        <translation>停水管长</translation>
    </message>
    <message>
        <source>{length} unintended</source>
        <translation>连带 {length}</translation>
    </message>
    <message>
        <source>hydrants dry: {count}</source>
        <translation>消火栓停水 {count} 只</translation>
    </message>
    <message>
        <source>stations out: {count}</source>
        <translation>泵房停水 {count} 座</translation>
    </message>
    <message>
        <source>{count} {count|pipe|pipes}</source>
        <translation>{count} 段管</translation>
    </message>
</context>
<context>
    <name>ImportForm</name>
    <message>
        <source>Import a city&apos;s files</source>
        <translation>导入城市数据</translation>
    </message>
    <message>
        <source>GeoPackage, Shapefile, GeoJSON, SpatiaLite, File Geodatabase or EPANET INP. Nothing is written unless all of it can be: a new workspace appears whole or not at all.</source>
        <translation>支持 GeoPackage、Shapefile、GeoJSON、SpatiaLite、File Geodatabase 和 EPANET INP。要么完整生成新工作区，要么什么也不写入。</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Name of the city</source>
        <translation>城市名称</translation>
    </message>
    <message>
        <source>Workspace folder</source>
        <translation>工作区文件夹</translation>
    </message>
    <message>
        <source>EPSG code, where files state none</source>
        <translation>EPSG 代码（文件未注明时）</translation>
    </message>
    <message>
        <source>Mapping file</source>
        <translation>对应文件</translation>
    </message>
    <message>
        <source>Connect pipes by</source>
        <translation>管段连接依据</translation>
    </message>
    <message>
        <source>Ends meet within (cm)</source>
        <translation>端点容差（cm）</translation>
    </message>
    <message>
        <source>INP: valves as CSV</source>
        <translation>INP：阀门 CSV</translation>
    </message>
    <message>
        <source>Place assumed valves where there is no valve layer</source>
        <translation>没有阀门图层时布设推定阀门</translation>
    </message>
    <message>
        <source>Place assumed sources where there is no source at all</source>
        <translation>没有任何水源时布设推定水源</translation>
    </message>
    <message>
        <source>Split a line where another one&apos;s end touches its middle</source>
        <translation>管线端点落在另一条线中间时，在该处断开并相接</translation>
    </message>
    <message>
        <source>INP: throttle valves (TCV) are isolation valves</source>
        <translation>INP：节流阀（TCV）作检修阀门</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>ids where sound, else geometry</source>
        <translation>编号可靠时用编号，否则用图形</translation>
    </message>
    <message>
        <source>ids</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>geometry</source>
        <translation>图形</translation>
    </message>
</context>
<context>
    <name>IncidentBar</name>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Notice</source>
        <translation>公告</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
</context>
<context>
    <name>IncidentSide</name>
    <message>
        <source>&amp;Correct a time…</source>
        <translation>更正时间(&amp;C)…</translation>
    </message>
    <message>
        <source>Open a &amp;picture or sound</source>
        <translation>打开照片或录音(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Leave the valve as it is…</source>
        <translation>阀门留置(&amp;L)…</translation>
    </message>
    <message>
        <source>Crew &amp;goes</source>
        <translation>班组接受(&amp;G)</translation>
    </message>
    <message>
        <source>Call the crew &amp;back…</source>
        <translation>召回班组(&amp;B)…</translation>
    </message>
    <message>
        <source>&amp;Waive a clock…</source>
        <translation>免除时限(&amp;W)…</translation>
    </message>
    <message>
        <source>&amp;Merge with another incident…</source>
        <translation>并入另一事件(&amp;M)…</translation>
    </message>
    <message>
        <source>&amp;Reopen…</source>
        <translation>重开(&amp;R)…</translation>
    </message>
    <message>
        <source>Cancel the &amp;incident…</source>
        <translation>撤销事件(&amp;I)…</translation>
    </message>
    <message>
        <source>Choose an incident with J and K in the queue (F3), or take a report with Ctrl+N.</source>
        <translation>在列表（F3）中用 J、K 选择事件，或按 Ctrl+N 接报。</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Crews</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>by arrival, diameter, equipment</source>
        <translation>按到场时间、口径、装备</translation>
    </message>
    <message>
        <source>Clauses</source>
        <translation>条款</translation>
    </message>
    <message>
        <source>Enter opens one: wording and what decided it</source>
        <translation>Enter 展开条文与判定依据</translation>
    </message>
    <message>
        <source>Valves</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>Enter: turned. L: stays as it is, with a reason.</source>
        <translation>Enter：已操作。L：留置并说明原因。</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>经过</translation>
    </message>
    <message>
        <source>Enter corrects a time; V opens a picture or sound</source>
        <translation>回车更正时间；V 打开照片或录音</translation>
    </message>
    <message>
        <source>Close valve {valve}</source>
        <translation>关闭阀门 {valve}</translation>
    </message>
    <message>
        <source>Open valve {valve}</source>
        <translation>开启阀门 {valve}</translation>
    </message>
    <message>
        <source>Pump stations</source>
        <translation>泵站</translation>
    </message>
    <message>
        <source>&amp;Expected outage…</source>
        <translation>预计停水时间(&amp;E)…</translation>
    </message>
</context>
<context>
    <name>InformActs</name>
    <message>
        <source>1 web · 2 office · 3 app · 4 hotline · 5 press · 6 other</source>
        <translation>1 网站 · 2 网点 · 3 公众号 · 4 热线 · 5 媒体 · 6 其他</translation>
    </message>
    <message>
        <source>{number}: where it was published</source>
        <translation>{number}：公开方式</translation>
    </message>
    <message>
        <source>“{text}” is no time that has passed</source>
        <translation>“{text}”不是已过去的时间</translation>
    </message>
    <message>
        <source>what it is called</source>
        <translation>信息名称</translation>
    </message>
    <message>
        <source>made or changed</source>
        <translation>形成或变更</translation>
    </message>
    <message>
        <source>urgent? y</source>
        <translation>紧急？填 y</translation>
    </message>
    <message>
        <source>{what}: to be published</source>
        <translation>{what}：待公开</translation>
    </message>
    <message>
        <source>{what}: changed, to be published anew</source>
        <translation>{what}：已变更，待重新公开</translation>
    </message>
</context>
<context>
    <name>IntakeForm</name>
    <message>
        <source>New report</source>
        <translation>接报</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>地点</translation>
    </message>
    <message>
        <source>What</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>接报时间</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>等级</translation>
    </message>
    <message>
        <source>Caller</source>
        <translation>报告人</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>address, road, customer, pipe; pinyin initials will do</source>
        <translation>地址、道路、用户、管线，可用拼音首字母</translation>
    </message>
    <message>
        <source>not judged</source>
        <translation>未定</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>离开</translation>
    </message>
    <message>
        <source>Nothing is called so. Try another part of the address, or a pipe&apos;s id.</source>
        <translation>查无此名。请换地址的另一部分，或输入管线编号。</translation>
    </message>
    <message>
        <source>Incident</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>早</translation>
    </message>
    <message>
        <source>same main</source>
        <translation>同一管线</translation>
    </message>
    <message>
        <source>May be the same: Tab into the list, Enter adds this call to it.</source>
        <translation>可能为同一事件：Tab 进入列表，Enter 并入。</translation>
    </message>
    <message>
        <source>Choose a place first.</source>
        <translation>请先选择地点。</translation>
    </message>
    <message>
        <source>“{text}” is no time</source>
        <translation>“{text}”不是时间</translation>
    </message>
</context>
<context>
    <name>JudgementPage</name>
    <message>
        <source>Rules</source>
        <translation>条款</translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>Conflicts</source>
        <translation>冲突</translation>
    </message>
    <message>
        <source>Move the start there</source>
        <translation>改到此时开始</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>条款</translation>
    </message>
    <message>
        <source>Stands</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>nobody approves a plan of his own</source>
        <translation>不得审批自己编制的计划</translation>
    </message>
</context>
<context>
    <name>LayerExportDialog</name>
    <message>
        <source>Export layers</source>
        <translation>导出图层</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Extent</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>EPSG code</source>
        <translation>EPSG 代码</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>Write to</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>the project&apos;s own (GeoJSON: WGS 84)</source>
        <translation>项目坐标系（GeoJSON 为 WGS 84）</translation>
    </message>
    <message>
        <source>GeoPackage: keeps everything</source>
        <translation>GeoPackage：保留全部内容</translation>
    </message>
    <message>
        <source>Shapefile: a folder</source>
        <translation>Shapefile：一个文件夹</translation>
    </message>
    <message>
        <source>GeoJSON: a folder</source>
        <translation>GeoJSON：一个文件夹</translation>
    </message>
    <message>
        <source>CSV: a folder</source>
        <translation>CSV：一个文件夹</translation>
    </message>
    <message>
        <source>DXF for CAD</source>
        <translation>DXF（CAD）</translation>
    </message>
    <message>
        <source>everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>what the map shows</source>
        <translation>当前地图范围</translation>
    </message>
    <message>
        <source>the area drawn</source>
        <translation>所画区域</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Choose a layer.</source>
        <translation>请至少选择一个图层。</translation>
    </message>
</context>
<context>
    <name>LayerRow</name>
    <message>
        <source>Strength</source>
        <translation>浓淡</translation>
    </message>
    <message>
        <source>Up to</source>
        <translation>显示至</translation>
    </message>
    <message>
        <source>Strength and scale</source>
        <translation>浓淡与显示比例</translation>
    </message>
    <message>
        <source>Draw above the next one</source>
        <translation>上移一层</translation>
    </message>
    <message>
        <source>Draw below the one before</source>
        <translation>下移一层</translation>
    </message>
    <message>
        <source>as usual</source>
        <translation>默认</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>View for</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Mains by</source>
        <translation>管线着色</translation>
    </message>
    <message>
        <source>Dispatch</source>
        <translation>调度</translation>
    </message>
    <message>
        <source>Planning</source>
        <translation>停水计划</translation>
    </message>
    <message>
        <source>Pressure</source>
        <translation>压力</translation>
    </message>
    <message>
        <source>Age of mains</source>
        <translation>管龄</translation>
    </message>
    <message>
        <source>Own choice</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>Limits, values and colours</source>
        <translation>分界、取值与颜色</translation>
    </message>
</context>
<context>
    <name>LeftSide</name>
    <message>
        <source>Weigh</source>
        <translation>比选</translation>
    </message>
    <message>
        <source>Plans</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Ranking</source>
        <translation>重要性排序</translation>
    </message>
    <message>
        <source>Data faults</source>
        <translation>数据问题</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
</context>
<context>
    <name>LimitForm</name>
    <message>
        <source>Alarm</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Watches</source>
        <translation>监视</translation>
    </message>
    <message>
        <source>Raised after, s</source>
        <translation>触发延时，s</translation>
    </message>
    <message>
        <source>Cleared after, s</source>
        <translation>恢复延时，s</translation>
    </message>
    <message>
        <source>Priority, latch</source>
        <translation>优先级、锁存</translation>
    </message>
    <message>
        <source>Asks again after, min</source>
        <translation>再报警间隔，min</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>0: never</source>
        <translation>0：不再报警</translation>
    </message>
    <message>
        <source>Take it away</source>
        <translation>取消该报警</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>ends by itself</source>
        <translation>自动恢复</translation>
    </message>
    <message>
        <source>stays until reset</source>
        <translation>锁存至复位</translation>
    </message>
    <message>
        <source>+ a new one</source>
        <translation>＋ 新增</translation>
    </message>
    <message>
        <source>Limits of {name}</source>
        <translation>{name} 的限值</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限值</translation>
    </message>
    <message>
        <source>Deadband</source>
        <translation>回差</translation>
    </message>
    <message>
        <source>Try it on 30 days</source>
        <translation>用近 30 天试算</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>It is watched like this already.</source>
        <translation>已按此监视。</translation>
    </message>
    <message>
        <source>Being tried on the last 30 days …</source>
        <translation>正在用近 30 天的数据试算…</translation>
    </message>
    <message>
        <source>Nothing was recorded in the last 30 days: it could not be tried.</source>
        <translation>近 30 天没有记录，无法试算。</translation>
    </message>
    <message>
        <source>In the last 30 days it would have given no alarm.</source>
        <translation>近 30 天内不会有报警。</translation>
    </message>
    <message>
        <source>In the last 30 days it would have given {count} alarms, {hours} h together, the last {last}.</source>
        <translation>近 30 天内将有 {count} 次报警，共 {hours} 小时，最近一次 {last}。</translation>
    </message>
    <message>
        <source>As it is watched now: {count}.</source>
        <translation>现行设置：{count} 次。</translation>
    </message>
    <message>
        <source>It has been recorded since {since} only.</source>
        <translation>仅有 {since} 以来的记录。</translation>
    </message>
    <message>
        <source>Say why it is taken away.</source>
        <translation>请说明取消的原因。</translation>
    </message>
    <message>
        <source>Once more, and {alarm} is watched no longer.</source>
        <translation>再按一次，{alarm} 即不再监视。</translation>
    </message>
</context>
<context>
    <name>LinePage</name>
    <message>
        <source>Why its unit is right, or what was done to it</source>
        <translation>单位为何无误，或已作何处理</translation>
    </message>
    <message>
        <source>What was done to it, or why it moved</source>
        <translation>处理情况，或变化原因</translation>
    </message>
    <message>
        <source>{name}: seen to</source>
        <translation>{name}：已处理</translation>
    </message>
    <message>
        <source>Seen to</source>
        <translation>已处理</translation>
    </message>
    <message>
        <source>What</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Where</source>
        <translation type="unfinished">地点</translation>
    </message>
    <message>
        <source>Told</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Instruments and lines are being looked at.</source>
        <translation>正在检查测点与线路。</translation>
    </message>
    <message>
        <source>{looked} of {all} instruments looked at in the last hour. No reading is changed; what drifts is suspect, and a unit that looks mistaken stays here, until somebody has seen to it.</source>
        <translation>{all} 个测点中近一小时已检查 {looked} 个。不改动任何读数；漂移的测点按可疑处理，疑似单位错误一直列于此处，直至有人处理。</translation>
    </message>
</context>
<context>
    <name>LiveDesk</name>
    <message>
        <source>Nobody knows where {name} stands; take the report by Ctrl+1.</source>
        <translation>{name} 没有位置，请按 Ctrl+1 接报。</translation>
    </message>
    <message>
        <source>The alarm is an incident now: Ctrl+1 shows it in front.</source>
        <translation>报警已升为事件，按 Ctrl+1 查看。</translation>
    </message>
    <message>
        <source>{alarm}: the new limit is watched from now on.</source>
        <translation>{alarm}：新限值已生效。</translation>
    </message>
    <message>
        <source>Zone round {name}</source>
        <translation>{name} 一带疑似范围</translation>
    </message>
    <message>
        <source>Export the trends</source>
        <translation>导出趋势</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation type="unfinished">已写入：{path}</translation>
    </message>
    <message>
        <source>{count} lines written: {path}</source>
        <translation>已写出 {count} 行：{path}</translation>
    </message>
    <message>
        <source>{number} is written down; pressures around it are left out while it runs.</source>
        <translation>{number} 已登记；用水期间周围压力不计入爆管监测。</translation>
    </message>
    <message>
        <source>{alarm} is watched no longer.</source>
        <translation>{alarm} 已不再监视。</translation>
    </message>
    <message>
        <source>one more logger would help here</source>
        <translation>宜在此加装测点</translation>
    </message>
</context>
<context>
    <name>LiveShades</name>
    <message>
        <source>Pressure now, MPa (between instruments)</source>
        <translation>当前压力，MPa（测点间插值）</translation>
    </message>
    <message>
        <source>Pressure at {moment}, MPa (between instruments)</source>
        <translation>当时压力 {moment}，MPa（测点间插值）</translation>
    </message>
</context>
<context>
    <name>LookUpPanel</name>
    <message>
        <source>Who calls</source>
        <translation>来电用户</translation>
    </message>
    <message>
        <source>address, phone, meter, name or id</source>
        <translation>地址、电话、表号、姓名或编号</translation>
    </message>
    <message>
        <source>Look up a customer</source>
        <translation>查找用户</translation>
    </message>
    <message>
        <source>Take a call</source>
        <translation>受理来电</translation>
    </message>
    <message>
        <source>Nobody was found.</source>
        <translation>未找到。</translation>
    </message>
    <message>
        <source>Enter searches, then takes the call; ↑ ↓ another one</source>
        <translation>Enter 查找，再按受理来电；↑ ↓ 换一户</translation>
    </message>
    <message>
        <source>meter {number}</source>
        <translation>水表 {number}</translation>
    </message>
</context>
<context>
    <name>MainMenu</name>
    <message>
        <source>Open workspace…</source>
        <translation>打开工作区…</translation>
    </message>
    <message>
        <source>Import a city&apos;s files…</source>
        <translation>导入城市数据…</translation>
    </message>
    <message>
        <source>Open the demo city</source>
        <translation>打开示例城市</translation>
    </message>
    <message>
        <source>Isolate an area: draw it</source>
        <translation>隔离区域：在图上画</translation>
    </message>
    <message>
        <source>Put the plan away</source>
        <translation>收起方案</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Sunlight theme</source>
        <translation>强光</translation>
    </message>
    <message>
        <source>Chinese / English</source>
        <translation>中文 / English</translation>
    </message>
    <message>
        <source>Detach the lists</source>
        <translation>列表单独成窗</translation>
    </message>
    <message>
        <source>Detach the plan</source>
        <translation>方案单独成窗</translation>
    </message>
    <message>
        <source>New map window</source>
        <translation>新建地图窗口</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Open workspace</source>
        <translation>打开工作区</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Export layers…</source>
        <translation>导出图层…</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Lists</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Click the corners of the area, or pan and press Space; double click or Enter ends it, Esc leaves.</source>
        <translation>点击范围的各角，或平移后按空格；双击或回车结束，Esc 离开。</translation>
    </message>
</context>
<context>
    <name>MapCanvas</name>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
</context>
<context>
    <name>MapWindow</name>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
</context>
<context>
    <name>MapWords</name>
    <message>
        <source>isolated</source>
        <translation>隔离区</translation>
    </message>
    <message>
        <source>unintended</source>
        <translation>连带停水</translation>
    </message>
    <message>
        <source>on storage</source>
        <translation>靠水箱</translation>
    </message>
    <message>
        <source>brought back</source>
        <translation>可转供</translation>
    </message>
    <message>
        <source>way of the water</source>
        <translation>来水路径</translation>
    </message>
    <message>
        <source>close, in order</source>
        <translation>应关阀 · 次序</translation>
    </message>
    <message>
        <source>verify closed</source>
        <translation>核对已关</translation>
    </message>
    <message>
        <source>dead side</source>
        <translation>无水侧</translation>
    </message>
    <message>
        <source>close against backflow</source>
        <translation>防倒流应关</translation>
    </message>
    <message>
        <source>held by check valve</source>
        <translation>止回阀挡水</translation>
    </message>
    <message>
        <source>stuck</source>
        <translation>卡死</translation>
    </message>
    <message>
        <source>passing</source>
        <translation>关不严</translation>
    </message>
    <message>
        <source>condition unknown</source>
        <translation>状况未知</translation>
    </message>
    <message>
        <source>assumed valve</source>
        <translation>假定阀门</translation>
    </message>
    <message>
        <source>disputed</source>
        <translation>争议</translation>
    </message>
    <message>
        <source>closed valve</source>
        <translation>关着的阀</translation>
    </message>
    <message>
        <source>open valve</source>
        <translation>开着的阀</translation>
    </message>
    <message>
        <source>critical customer</source>
        <translation>重点用户</translation>
    </message>
    <message>
        <source>newly low pressure</source>
        <translation>新降为低压</translation>
    </message>
    <message>
        <source>flow turns round</source>
        <translation>流向反转</translation>
    </message>
    <message>
        <source>customers out</source>
        <translation>停水用户</translation>
    </message>
    <message>
        <source>valves</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>hydrants</source>
        <translation>消火栓</translation>
    </message>
    <message>
        <source>pump stations</source>
        <translation>二次供水泵房</translation>
    </message>
    <message>
        <source>customers</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>图例</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>{things}: larger where there are more</source>
        <translation>{things}：符号越大越多</translation>
    </message>
    <message>
        <source>{things}: denser where there are more</source>
        <translation>{things}：底色越浓越密</translation>
    </message>
    <message>
        <source>minutes until a crew is there</source>
        <translation>班组到达所需分钟</translation>
    </message>
    <message>
        <source>in the last third of {minutes} min</source>
        <translation>{minutes} 分时限的后三分之一</translation>
    </message>
    <message>
        <source>later than {minutes} min</source>
        <translation>超过 {minutes} 分</translation>
    </message>
    <message>
        <source>stop this source</source>
        <translation>停此水源</translation>
    </message>
    <message>
        <source>Synthetic city</source>
        <translation>合成城市</translation>
    </message>
    <message>
        <source>Valves assumed by rule</source>
        <translation>阀门为推定</translation>
    </message>
    <message>
        <source>N</source>
        <translation>北</translation>
    </message>
</context>
<context>
    <name>MonthFile</name>
    <message>
        <source>file: .pdf to print, .xlsx or .csv</source>
        <translation type="unfinished">文件：打印用 .pdf，也可 .xlsx 或 .csv</translation>
    </message>
</context>
<context>
    <name>MoreActs</name>
    <message>
        <source>Water &amp;quality is abnormal (Q1)</source>
        <translation>水质异常（Q1）(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Authorities told (Q1)</source>
        <translation>已报告主管部门（Q1）(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Put the suggestion off…</source>
        <translation>建议延期处理(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Reopen…</source>
        <translation type="unfinished">重开(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Withdraw it…</source>
        <translation>撤回(&amp;W)…</translation>
    </message>
    <message>
        <source>&amp;Source polluted: report level by level (C3)…</source>
        <translation>水源污染，逐级报告（C3）(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Information to be published (I1, I2)…</source>
        <translation>登记待公开信息 (I1、I2)(&amp;I)…</translation>
    </message>
    <message>
        <source>This information has c&amp;hanged…</source>
        <translation>该信息已变更(&amp;H)…</translation>
    </message>
    <message>
        <source>S&amp;upply accident: report level by level (C3)…</source>
        <translation>安全供水突发事故，逐级报告（C3）(&amp;U)…</translation>
    </message>
    <message>
        <source>{number}: reopened</source>
        <translation>{number}：重新办理</translation>
    </message>
    <message>
        <source>{number}: withdrawn</source>
        <translation>{number}：撤销</translation>
    </message>
    <message>
        <source>reason</source>
        <translation type="unfinished">原因</translation>
    </message>
    <message>
        <source>“{text}” is no time to come</source>
        <translation>“{text}”不是将来的时间</translation>
    </message>
    <message>
        <source>until when</source>
        <translation>延至何时</translation>
    </message>
    <message>
        <source>{number}: suggestion put off</source>
        <translation>{number}：建议延期处理</translation>
    </message>
    <message>
        <source>what happened, and where</source>
        <translation>发生了什么，在哪里</translation>
    </message>
</context>
<context>
    <name>NightPage</name>
    <message>
        <source>Checklist</source>
        <translation>作业清单</translation>
    </message>
    <message>
        <source>{done} of {count} · Enter says it was done</source>
        <translation>{done} / {count} · 回车表示已办</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The program met a fault of its own. What is on disk is safe. Report: {file}</source>
        <translation>程序自身出错。磁盘上的数据安全。报告：{file}</translation>
    </message>
</context>
<context>
    <name>NoticePage</name>
    <message>
        <source>Recipients</source>
        <translation>通知对象</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>List to a file</source>
        <translation>导出名单</translation>
    </message>
    <message>
        <source>On the website</source>
        <translation>发布到官网</translation>
    </message>
    <message>
        <source>Drinking water (P6)</source>
        <translation>临时供水点（P6）</translation>
    </message>
    <message>
        <source>Short message</source>
        <translation>短信</translation>
    </message>
    <message>
        <source>Not told</source>
        <translation>未通知</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>答复</translation>
    </message>
</context>
<context>
    <name>OrderBoard</name>
    <message>
        <source>No dispatch order yet. Trunk valves, plants and boosters are operated by order: turning one asks for it.</source>
        <translation>尚无调度令。干管阀门、水厂、加压站须凭令操作：操作时会要求下令。</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>调度令</translation>
    </message>
    <message>
        <source>About</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Incident</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>To</source>
        <translation>受令</translation>
    </message>
    <message>
        <source>Next: Enter</source>
        <translation>下一步：Enter</translation>
    </message>
    <message>
        <source>Withdraw order {number}</source>
        <translation>撤回调度令 {number}</translation>
    </message>
    <message>
        <source>reason</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>OutageBar</name>
    <message>
        <source>Plan anew</source>
        <translation>重新编制</translation>
    </message>
    <message>
        <source>Low pressure</source>
        <translation>低压核算</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
</context>
<context>
    <name>OutageDoing</name>
    <message>
        <source>Approval: {role}</source>
        <translation>审批：{role}</translation>
    </message>
    <message>
        <source>Refused: {role}</source>
        <translation>不同意：{role}</translation>
    </message>
    <message>
        <source>Waiver of {rule} by the management</source>
        <translation>公司领导免除 {rule}</translation>
    </message>
    <message>
        <source>Call {number} off</source>
        <translation>取消 {number}</translation>
    </message>
    <message>
        <source>name of whoever decides</source>
        <translation>审批人姓名</translation>
    </message>
    <message>
        <source>reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>{what}: Enter sends the notice; a time says that it was done otherwise</source>
        <translation>{what}：回车发送通知；填时间表示已用其他方式完成</translation>
    </message>
    <message>
        <source>time, where it was done by letter or at the door</source>
        <translation>时间（书面或登门通知时填写）</translation>
    </message>
    <message>
        <source>when</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>“{text}” is no time</source>
        <translation>“{text}”不是时间</translation>
    </message>
    <message>
        <source>Water off all the same</source>
        <translation>仍要停水</translation>
    </message>
    <message>
        <source>Send the notice of {number} to everybody who was not told yet</source>
        <translation>向尚未通知的客户发送 {number} 的通知</translation>
    </message>
    <message>
        <source>Put the notice of {number} on the website</source>
        <translation>将 {number} 的公告发布到官网</translation>
    </message>
    <message>
        <source>Give the notice of {number} to the media</source>
        <translation>将 {number} 的公告发给媒体</translation>
    </message>
    <message>
        <source>Tell whoever was told of {number} that it is called off</source>
        <translation>向已收到 {number} 停水通知的用户告知已取消</translation>
    </message>
    <message>
        <source>Say on the website that {number} is called off</source>
        <translation>在官网公告 {number} 已取消</translation>
    </message>
    <message>
        <source>Tell the media that {number} is called off</source>
        <translation>向媒体通报 {number} 已取消</translation>
    </message>
    <message>
        <source>address of the gateway, http://…, or a folder</source>
        <translation>网关地址 http://…，或文件夹</translation>
    </message>
    <message>
        <source>Recipients of {number} as .xlsx or .csv</source>
        <translation>{number} 的通知名单，.xlsx 或 .csv</translation>
    </message>
    <message>
        <source>file</source>
        <translation>文件</translation>
    </message>
</context>
<context>
    <name>OutageForm</name>
    <message>
        <source>Title</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Length, h</source>
        <translation>时长（小时）</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Temporary supply</source>
        <translation>临时供水</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>交通</translation>
    </message>
    <message>
        <source>Roads closed</source>
        <translation>封闭道路</translation>
    </message>
    <message>
        <source>such as: Garden Road, valve replaced</source>
        <translation>例如：花园路更换阀门</translation>
    </message>
    <message>
        <source>22:00, 3-17 22:00 or 2026-03-17 22:00</source>
        <translation>22:00、3-17 22:00 或 2026-03-17 22:00</translation>
    </message>
    <message>
        <source>6, 5.5 or 5:30</source>
        <translation>6、5.5 或 5:30</translation>
    </message>
    <message>
        <source>as it will stand in the notice</source>
        <translation>将写入公告</translation>
    </message>
    <message>
        <source>tankers, drinking-water points</source>
        <translation>送水车、取水点</translation>
    </message>
    <message>
        <source>diversions, as they will stand in the notice</source>
        <translation>绕行办法，将写入公告</translation>
    </message>
    <message>
        <source>how many; 0 for none</source>
        <translation>条数；没有填 0</translation>
    </message>
    <message>
        <source>Save and judge</source>
        <translation>保存并判定</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>离开</translation>
    </message>
    <message>
        <source>Draw the area</source>
        <translation>绘制范围</translation>
    </message>
    <message>
        <source>It was planned anew meanwhile: look at what changed before you save.</source>
        <translation>其间已有人重新安排：保存前请先看改了什么。</translation>
    </message>
    <message>
        <source>Plan an outage</source>
        <translation>编制计划停水</translation>
    </message>
    <message>
        <source>Plan {number} anew</source>
        <translation>重新编制 {number}</translation>
    </message>
    <message>
        <source>{target} · {valves} valves to close, as planned</source>
        <translation>{target} · 应关 {valves} 只阀门，方案不变</translation>
    </message>
    <message>
        <source>Another plan made on the map takes its place.</source>
        <translation>在地图上另作方案即可替换。</translation>
    </message>
    <message>
        <source>No plan on screen yet</source>
        <translation>屏幕上还没有方案</translation>
    </message>
    <message>
        <source>{target} · {valves} valves to close · {out} customers out</source>
        <translation>{target} · 应关 {valves} 只阀门 · 停水 {out} 户</translation>
    </message>
    <message>
        <source>Valves alone do not stop the water here.</source>
        <translation>此处仅靠关阀不能止水。</translation>
    </message>
    <message>
        <source>There is no plan on screen: draw an area (Ctrl+E), click a main, or find one with F2.</source>
        <translation>屏幕上没有方案：请绘制范围（Ctrl+E）、点选管道，或按 F2 查找。</translation>
    </message>
    <message>
        <source>“{text}” is no day and time</source>
        <translation>“{text}”不是日期和时间</translation>
    </message>
    <message>
        <source>“{text}” is no length in hours</source>
        <translation>“{text}”不是时长（小时）</translation>
    </message>
    <message>
        <source>“{text}” is no number of roads</source>
        <translation>“{text}”不是道路条数</translation>
    </message>
    <message>
        <source>{field}: still missing</source>
        <translation>{field}：尚未填写</translation>
    </message>
    <message>
        <source>Draw an area, or click a main; Ctrl+Shift+G takes several.</source>
        <translation>框选区域，或点选管段；Ctrl+Shift+G 可取多条。</translation>
    </message>
</context>
<context>
    <name>OutageList</name>
    <message>
        <source>Planned outages</source>
        <translation>计划停水</translation>
    </message>
    <message>
        <source>{count} to come · soonest limit first</source>
        <translation>{count} 项待办 · 按最近时限</translation>
    </message>
    <message>
        <source>No outage is planned. Ctrl+N plans one; Ctrl+E draws its area on the map first.</source>
        <translation>没有计划停水。Ctrl+N 编制；Ctrl+E 先在地图上绘制范围。</translation>
    </message>
</context>
<context>
    <name>OutagePages</name>
    <message>
        <source>Lawful?</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Notice</source>
        <translation>公告</translation>
    </message>
    <message>
        <source>Night</source>
        <translation>作业</translation>
    </message>
</context>
<context>
    <name>OutageSide</name>
    <message>
        <source>&amp;Refuse the plan…</source>
        <translation>不同意此计划(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Waive the night window…</source>
        <translation>免除夜间施工要求(&amp;W)…</translation>
    </message>
    <message>
        <source>&amp;List of recipients to a file…</source>
        <translation>导出通知名单(&amp;L)…</translation>
    </message>
    <message>
        <source>Give the notice to the &amp;media…</source>
        <translation>发给媒体(&amp;M)…</translation>
    </message>
    <message>
        <source>&amp;Call the outage off…</source>
        <translation>取消此次停水(&amp;C)…</translation>
    </message>
    <message>
        <source>Choose an outage with J and K in the list (F3), or plan one with Ctrl+N.</source>
        <translation>在列表中用 J、K 选择（F3），或按 Ctrl+N 编制。</translation>
    </message>
    <message>
        <source>Nothing more to do</source>
        <translation>已无待办</translation>
    </message>
    <message>
        <source>Move to the earliest lawful start</source>
        <translation>改到最早合规开始时间</translation>
    </message>
    <message>
        <source>Record approval: {role}</source>
        <translation>登记审批：{role}</translation>
    </message>
    <message>
        <source>Tell them that it is called off</source>
        <translation>告知用户已取消</translation>
    </message>
    <message>
        <source>Say that it is called off: {audience}</source>
        <translation>公告已取消：{audience}</translation>
    </message>
    <message>
        <source>Send the notice</source>
        <translation>发送通知</translation>
    </message>
    <message>
        <source>Record: {what}</source>
        <translation>登记：{what}</translation>
    </message>
</context>
<context>
    <name>OutagesDesk</name>
    <message>
        <source>Ctrl+N makes a planned outage of the plan on screen.</source>
        <translation>Ctrl+N 可将屏幕上的方案编制为计划停水。</translation>
    </message>
    <message>
        <source>{count} recipients written to {path}</source>
        <translation>{count} 名通知对象已写入 {path}</translation>
    </message>
    <message>
        <source>Pick a main first, then press Ctrl+Shift+G.</source>
        <translation>先点选一条管段，再按 Ctrl+Shift+G。</translation>
    </message>
    <message>
        <source>{count} {count|main|mains} to be dry together</source>
        <translation>共 {count} 条管段同时停水</translation>
    </message>
</context>
<context>
    <name>PaperWords</name>
    <message>
        <source>Synthetic city, not a real network.</source>
        <translation>合成城市，非真实管网。</translation>
    </message>
    <message>
        <source>Journal #{count}</source>
        <translation>日志 #{count}</translation>
    </message>
    <message>
        <source>Coordinates</source>
        <translation>坐标系</translation>
    </message>
    <message>
        <source>City</source>
        <translation>城市</translation>
    </message>
    <message>
        <source>Printed</source>
        <translation>出图</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>比例尺</translation>
    </message>
    <message>
        <source>Page {page} / {pages}</source>
        <translation>第 {page} 页，共 {pages} 页</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>图例</translation>
    </message>
    <message>
        <source>Overview of sheets</source>
        <translation>接图表</translation>
    </message>
    <message>
        <source>Computed. Verify before closing.</source>
        <translation>方案为计算结果，关阀前须现场核实。</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>main DN ≥ 800</source>
        <translation>管道 DN ≥ 800</translation>
    </message>
    <message>
        <source>main DN 400–799</source>
        <translation>管道 DN 400–799</translation>
    </message>
    <message>
        <source>main DN 200–399</source>
        <translation>管道 DN 200–399</translation>
    </message>
    <message>
        <source>main DN 150–199</source>
        <translation>管道 DN 150–199</translation>
    </message>
    <message>
        <source>main DN &lt; 150</source>
        <translation>管道 DN &lt; 150</translation>
    </message>
    <message>
        <source>main, diameter unknown</source>
        <translation>管道，管径未登记</translation>
    </message>
    <message>
        <source>hydrant</source>
        <translation>消火栓</translation>
    </message>
    <message>
        <source>plant, reservoir</source>
        <translation>水厂、水库</translation>
    </message>
    <message>
        <source>tank</source>
        <translation>水池</translation>
    </message>
    <message>
        <source>secondary pump station</source>
        <translation>二次供水泵房</translation>
    </message>
    <message>
        <source>pump station with tank</source>
        <translation>二次供水泵房（有水箱）</translation>
    </message>
    <message>
        <source>sensor</source>
        <translation>监测点</translation>
    </message>
    <message>
        <source>customer</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>DMA border</source>
        <translation>DMA 边界</translation>
    </message>
    <message>
        <source>pressure zone border</source>
        <translation>压力分区边界</translation>
    </message>
    <message>
        <source>check valve</source>
        <translation>止回阀</translation>
    </message>
    <message>
        <source>control valve</source>
        <translation>调节阀</translation>
    </message>
    <message>
        <source>pump</source>
        <translation>水泵</translation>
    </message>
</context>
<context>
    <name>PermitForm</name>
    <message>
        <source>All four gases are needed, as the instrument shows them.</source>
        <translation>四种气体都要填写，按仪器显示值。</translation>
    </message>
    <message>
        <source>“{text}” is no time of day, such as 14:05.</source>
        <translation>“{text}”不是时刻，例如 14:05。</translation>
    </message>
    <message>
        <source>Permit for the chamber of {valve}</source>
        <translation>{valve} 阀门井作业许可</translation>
    </message>
    <message>
        <source>O₂ %</source>
        <translation>氧 O₂ %</translation>
    </message>
    <message>
        <source>LEL %</source>
        <translation>可燃 LEL %</translation>
    </message>
    <message>
        <source>H₂S mg/m³</source>
        <translation>H₂S mg/m³</translation>
    </message>
    <message>
        <source>CO mg/m³</source>
        <translation>CO mg/m³</translation>
    </message>
    <message>
        <source>read at (empty: now), stands {minutes} min</source>
        <translation>检测时刻（空为现在），{minutes} 分内有效</translation>
    </message>
    <message>
        <source>instrument number</source>
        <translation>仪器编号</translation>
    </message>
    <message>
        <source>goes in</source>
        <translation>下井人员</translation>
    </message>
    <message>
        <source>stays above and watches</source>
        <translation>井上监护人</translation>
    </message>
    <message>
        <source>Ventilated first</source>
        <translation>已先通风</translation>
    </message>
    <message>
        <source>Measures on below</source>
        <translation>井下连续检测</translation>
    </message>
    <message>
        <source>Ask for the permit</source>
        <translation>申请许可</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>PlaceReadout</name>
    <message>
        <source>Copy the place</source>
        <translation>复制坐标</translation>
    </message>
    <message>
        <source>Click for the next coordinate system, right-click for all of them</source>
        <translation>单击切换坐标系，右键列出全部</translation>
    </message>
</context>
<context>
    <name>PlanPage</name>
    <message>
        <source>Effect</source>
        <translation>影响</translation>
    </message>
    <message>
        <source>Critical customers</source>
        <translation>重点用户</translation>
    </message>
    <message>
        <source>Valves</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>Work out low pressure</source>
        <translation>核算低压客户</translation>
    </message>
    <message>
        <source>Valve</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>DN</source>
        <translation>DN</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Condition</source>
        <translation>状况</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现状</translation>
    </message>
    <message>
        <source>{count} to close</source>
        <translation>应关 {count} 只</translation>
    </message>
</context>
<context>
    <name>PressuresPane</name>
    <message>
        <source>Hydraulic check</source>
        <translation>水力校核</translation>
    </message>
    <message>
        <source>{hours} h out</source>
        <translation>停水 {hours} h</translation>
    </message>
    <message>
        <source>How long the water stays off in the 24 hours drawn</source>
        <translation>24 小时曲线中的停水时长</translation>
    </message>
    <message>
        <source>Model…</source>
        <translation>模型…</translation>
    </message>
    <message>
        <source>Take figures from a calibrated EPANET model (INP)</source>
        <translation>采用率定过的 EPANET 模型（INP）</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Peak</source>
        <translation>高峰</translation>
    </message>
    <message>
        <source>Make a plan, and its pressures are worked out here.</source>
        <translation>做出方案后，在此校核其压力。</translation>
    </message>
    <message>
        <source>Nobody falls below {limit} MPa newly; {count} were below it before.</source>
        <translation>没有用户新降至 {limit} MPa 以下；此前已低于该值的有 {count} 户。</translation>
    </message>
    <message>
        <source>Nobody falls below {limit} MPa.</source>
        <translation>没有用户低于 {limit} MPa。</translation>
    </message>
    <message>
        <source>Newly low</source>
        <translation>低压用户</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>平时</translation>
    </message>
    <message>
        <source>After MPa</source>
        <translation>停水时 MPa</translation>
    </message>
    <message>
        <source>Households</source>
        <translation>户数</translation>
    </message>
    <message>
        <source>MPa at the meter, most affected places</source>
        <translation>表前压力 MPa，最不利用户</translation>
    </message>
    <message>
        <source>lowest at the meter {limit}</source>
        <translation>表前下限 {limit}</translation>
    </message>
    <message>
        <source>dotted: without the outage</source>
        <translation>点线：不停水时</translation>
    </message>
    <message>
        <source>water off</source>
        <translation>停水时段</translation>
    </message>
    <message>
        <source>Calibrated EPANET model</source>
        <translation>率定过的 EPANET 模型</translation>
    </message>
    <message>
        <source>EPANET · newly low {low} · ≤ {fastest} m/s · {turned} reversed</source>
        <translation>EPANET · 新增低压 {low} 户 · 最大流速 {fastest} m/s · 流向反转 {turned} 段</translation>
    </message>
</context>
<context>
    <name>PrintDialog</name>
    <message>
        <source>Print</source>
        <translation>打印</translation>
    </message>
    <message>
        <source>Print to a file…</source>
        <translation>打印到文件…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Page before</source>
        <translation>上一页</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>下一页</translation>
    </message>
    <message>
        <source>The page is being painted.</source>
        <translation>正在绘制页面。</translation>
    </message>
    <message>
        <source>{pages} pages, 1 : {scale}</source>
        <translation>共 {pages} 页，1 : {scale}</translation>
    </message>
    <message>
        <source>Print to a file</source>
        <translation>打印到文件</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>已写入：{path}</translation>
    </message>
</context>
<context>
    <name>PrintForm</name>
    <message>
        <source>Title</source>
        <translation>图名</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Sheets</source>
        <translation>分幅</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>图幅</translation>
    </message>
    <message>
        <source>Orientation</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>比例尺</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Dots to the inch</source>
        <translation>每英寸点数</translation>
    </message>
    <message>
        <source>what the map shows</source>
        <translation>当前地图范围</translation>
    </message>
    <message>
        <source>the plan</source>
        <translation>关阀方案</translation>
    </message>
    <message>
        <source>the whole city</source>
        <translation>全市</translation>
    </message>
    <message>
        <source>one sheet</source>
        <translation>单幅</translation>
    </message>
    <message>
        <source>map book, side by side</source>
        <translation>图册，按格网分幅</translation>
    </message>
    <message>
        <source>map book along the section or pipe</source>
        <translation>图册，沿纵断面或管道</translation>
    </message>
    <message>
        <source>map book, one sheet a DMA</source>
        <translation>图册，每个 DMA 一幅</translation>
    </message>
    <message>
        <source>landscape</source>
        <translation>横放</translation>
    </message>
    <message>
        <source>portrait</source>
        <translation>竖放</translation>
    </message>
    <message>
        <source>as large as fits</source>
        <translation>容得下的最大比例尺</translation>
    </message>
    <message>
        <source>PDF: lines and text</source>
        <translation>PDF：矢量线与文字</translation>
    </message>
    <message>
        <source>PNG: a picture</source>
        <translation>PNG：图片</translation>
    </message>
    <message>
        <source>Coordinate grid</source>
        <translation>坐标格网</translation>
    </message>
    <message>
        <source>Tables of valves and customers</source>
        <translation>阀门与用户表</translation>
    </message>
</context>
<context>
    <name>Printing</name>
    <message>
        <source>Isolation plan</source>
        <translation type="unfinished">关阀方案</translation>
    </message>
</context>
<context>
    <name>ProgrammeSection</name>
    <message>
        <source>Drain, fill and flush</source>
        <translation>恢复与冲洗</translation>
    </message>
    <message>
        <source>small valve first, along the way of the water</source>
        <translation>先开小口径，沿来水方向</translation>
    </message>
    <message>
        <source>#</source>
        <translation>序</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>动作</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时刻</translation>
    </message>
    <message>
        <source>Point at a step to read all of it. Times rest on house values.</source>
        <translation>指向一步可读全文。时间按内部经验值推算。</translation>
    </message>
</context>
<context>
    <name>Prompt</name>
    <message>
        <source>save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{field}: still missing</source>
        <translation>{field}：尚未填写</translation>
    </message>
</context>
<context>
    <name>ProofSection</name>
    <message>
        <source>Proof</source>
        <translation>止水校核</translation>
    </message>
    <message>
        <source>A path is left from {sources}: it is drawn on the map. Valves alone do not do.</source>
        <translation>{sources} 来水仍有通路（见图），仅靠关阀不能止水。</translation>
    </message>
    <message>
        <source>Close {valves} too: nobody has water behind, but some may seep through.</source>
        <translation>{valves} 也应关闭：其后虽无供水，仍可能渗水。</translation>
    </message>
    <message>
        <source>No path is left from any source. {count} {count|device|devices} on the border: {held}.</source>
        <translation>任何水源到此均已无路可通。边界设备 {count} 个：{held}。</translation>
    </message>
    <message>
        <source>from the leak back over all that lets water pass</source>
        <translation>由漏点逆推一切过水通路</translation>
    </message>
</context>
<context>
    <name>ProposalsPanel</name>
    <message>
        <source>No proposal waits. Corrections from the field and edits made in QGIS are listed here.</source>
        <translation>没有待处理的提议。现场更正和在 QGIS 中的改动会列在这里。</translation>
    </message>
    <message>
        <source>Reason of the decision</source>
        <translation>处理理由</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>重新读取</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Waits on: {why}</source>
        <translation>仍待处理：{why}</translation>
    </message>
    <message>
        <source>{who}: {why}</source>
        <translation>{who}：{why}</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>采纳</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>不采纳</translation>
    </message>
    <message>
        <source>Write the reason first.</source>
        <translation>请先填写原因。</translation>
    </message>
</context>
<context>
    <name>QuestionPage</name>
    <message>
        <source>Go on</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Incidents</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>{count} open · soonest deadline first</source>
        <translation>{count} 件 · 按最近到期</translation>
    </message>
    <message>
        <source>No open incident. Ctrl+N takes a report, or type “new leak” and a place after F2.</source>
        <translation>没有未结事件。按 Ctrl+N 接报，或按 F2 后输入“新 漏”和地点。</translation>
    </message>
    <message>
        <source>closed in the last 12 h: {count}</source>
        <translation>近 12 小时办结 {count} 件</translation>
    </message>
    <message>
        <source>{count} new</source>
        <translation>{count} 新</translation>
    </message>
</context>
<context>
    <name>RankColumns</name>
    <message>
        <source>Segment</source>
        <translation>关阀单元</translation>
    </message>
    <message>
        <source>Customers out</source>
        <translation>停水用户</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人口</translation>
    </message>
    <message>
        <source>Critical</source>
        <translation>重点</translation>
    </message>
    <message>
        <source>km</source>
        <translation>km</translation>
    </message>
    <message>
        <source>Outages</source>
        <translation>年停水次数</translation>
    </message>
    <message>
        <source>Valve</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>More if it fails</source>
        <translation>失效多停</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>无记录</translation>
    </message>
    <message>
        <source>May fail, %</source>
        <translation>失效概率 %</translation>
    </message>
    <message>
        <source>Last turned</source>
        <translation>最近启闭</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>停水用户</translation>
    </message>
</context>
<context>
    <name>RankingPanel</name>
    <message>
        <source>Segments</source>
        <translation>关阀单元</translation>
    </message>
    <message>
        <source>Valves</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>Exercise first</source>
        <translation>优先启闭</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Colour the map</source>
        <translation>地图着色</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Rank again</source>
        <translation>重新排序</translation>
    </message>
    <message>
        <source>Segments (CSV)…</source>
        <translation>关阀单元（CSV）…</translation>
    </message>
    <message>
        <source>Valves (CSV)…</source>
        <translation>阀门（CSV）…</translation>
    </message>
    <message>
        <source>Valves to exercise first (CSV)…</source>
        <translation>优先启闭阀门（CSV）…</translation>
    </message>
    <message>
        <source>All three lists (XLSX)…</source>
        <translation>三张清单（XLSX）…</translation>
    </message>
    <message>
        <source>What is lost with each segment and each valve, worst first. Made in the background.</source>
        <translation>各关阀单元、阀门须隔离时的停水影响，由重到轻排列；在后台计算。</translation>
    </message>
    <message>
        <source>Nothing in this network has water: there is nothing to lose.</source>
        <translation>管网中没有任何部分有水，无从比较。</translation>
    </message>
    <message>
        <source>The first {count} of {total} rows; exported files hold all.</source>
        <translation>显示前 {count} 行，共 {total} 行；导出文件含全部。</translation>
    </message>
    <message>
        <source>No shutdown carried out is recorded in the last twelve months.</source>
        <translation>近 12 个月无已实施停水作业的记录。</translation>
    </message>
    <message>
        <source>DN 100 and more, sorted by customers lost more if it fails × chance to fail (house values: condition, age, last turned). Due every {months} months (V1, house value).</source>
        <translation>DN100 及以上，按“失效多停户头 × 失效概率”排序（概率为设定值：状况、管龄、最近启闭）。启闭保养周期 {months} 个月（V1，设定值）。</translation>
    </message>
    <message>
        <source>Settling what says ≥</source>
        <translation>正在核定带 ≥ 的数字</translation>
    </message>
    <message>
        <source>Not ranked yet</source>
        <translation>尚未排序</translation>
    </message>
    <message>
        <source>Valves were reported since</source>
        <translation>阀门状态已有新上报</translation>
    </message>
    <message>
        <source>≥: at least so many</source>
        <translation>≥ 表示至少</translation>
    </message>
    <message>
        <source>Exact</source>
        <translation>数字均为精确值</translation>
    </message>
    <message>
        <source>Customers out if shut off</source>
        <translation>隔离时停水用户</translation>
    </message>
    <message>
        <source>Export the ranking</source>
        <translation>导出重要性排序</translation>
    </message>
    <message>
        <source>Last twelve months: {count} {count|shutdown|shutdowns}, {mean} outages per customer.</source>
        <translation>近 12 个月：停水作业 {count} 次，户均停水 {mean} 次。</translation>
    </message>
</context>
<context>
    <name>RecentPanel</name>
    <message>
        <source>Plans that you make are kept here until the window closes. Click a pipe to make one.</source>
        <translation>本次做过的方案列在这里，关窗后清空。点一条管段即可做方案。</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Valves</source>
        <translation>关阀</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>停水</translation>
    </message>
</context>
<context>
    <name>RelationsSection</name>
    <message>
        <source>Hangs together with</source>
        <translation>关联要素</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>两端</translation>
    </message>
    <message>
        <source>On pipe</source>
        <translation>所在管道</translation>
    </message>
    <message>
        <source>Through station</source>
        <translation>经泵房</translation>
    </message>
    <message>
        <source>Branch valve</source>
        <translation>支管阀门</translation>
    </message>
    <message>
        <source>Segment</source>
        <translation>关阀单元</translation>
    </message>
    <message>
        <source>Segments on both sides</source>
        <translation>两侧关阀单元</translation>
    </message>
    <message>
        <source>Its pipes</source>
        <translation>单元内管道</translation>
    </message>
    <message>
        <source>Bounded by</source>
        <translation>边界阀门</translation>
    </message>
    <message>
        <source>Valves do not suffice</source>
        <translation>仅靠关阀不够</translation>
    </message>
    <message>
        <source>To isolate, close</source>
        <translation>隔离须关</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Hydrants</source>
        <translation>消火栓</translation>
    </message>
    <message>
        <source>DMA</source>
        <translation>DMA</translation>
    </message>
    <message>
        <source>Pressure zone</source>
        <translation>压力分区</translation>
    </message>
    <message>
        <source>Water from</source>
        <translation>来水</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
</context>
<context>
    <name>RescueOffer</name>
    <message>
        <source>Backup of this workspace</source>
        <translation>本工作区的备份</translation>
    </message>
    <message>
        <source>A sound workspace is in the place of the damaged one</source>
        <translation>已恢复为完好的工作区</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Making a sound workspace</source>
        <translation>正在恢复工作区</translation>
    </message>
    <message>
        <source>{folder} stays as it is until the sound one is whole.</source>
        <translation>完好的工作区建成之前，{folder} 保持原样。</translation>
    </message>
    <message>
        <source>Set the damaged files aside and put a sound workspace in their place?</source>
        <translation>文件已损坏：是否将其移开，换上完好的工作区？</translation>
    </message>
    <message>
        <source>Nothing is thrown away: the damaged folder is kept beside it, and entries of its journal that can be read come along, also those that were not sent yet. Other consoles on it are to be closed first.</source>
        <translation>不会丢弃任何内容：损坏的文件夹保留在旁边，日志中还能读出的条目（包括尚未发送的）都会带过来。请先关闭其他正在使用它的控制台。</translation>
    </message>
    <message>
        <source>The network file is damaged too: a backup is needed.</source>
        <translation>管网文件也已损坏：需要一份备份。</translation>
    </message>
    <message>
        <source>From the hub {server}</source>
        <translation>从中心库 {server} 恢复</translation>
    </message>
    <message>
        <source>From the backup of {time}</source>
        <translation>从 {time} 的备份恢复</translation>
    </message>
    <message>
        <source>Choose a backup…</source>
        <translation>另选备份…</translation>
    </message>
    <message>
        <source>From what can be read</source>
        <translation>用还能读出的内容恢复</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不处理</translation>
    </message>
</context>
<context>
    <name>RestoredLine</name>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>What you had typed at {time} is here again: {what}.</source>
        <translation>{time} 输入的内容已恢复：{what}。</translation>
    </message>
</context>
<context>
    <name>ResultsPopup</name>
    <message>
        <source>cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{count} found</source>
        <translation>找到 {count} 条</translation>
    </message>
    <message>
        <source>nothing exactly so; {count} near misses</source>
        <translation>没有完全一致的，{count} 条近似</translation>
    </message>
    <message>
        <source>{system}, {distance} outside the city</source>
        <translation>{system}，在城区外 {distance}</translation>
    </message>
    <message>
        <source>Nothing is called so. Try an id, a road, an address or pinyin initials.</source>
        <translation>没有找到。可试编号、道路、地址或拼音首字母。</translation>
    </message>
</context>
<context>
    <name>ResupplySection</name>
    <message>
        <source>Bring water back</source>
        <translation>转供恢复</translation>
    </message>
    <message>
        <source>All closed valves together would bring back {count}.</source>
        <translation>打开所有关着的阀门共可恢复 {count} 户。</translation>
    </message>
    <message>
        <source>Options marked ≈ are not proven best.</source>
        <translation>标 ≈ 的未证最优。</translation>
    </message>
    <message>
        <source>Pressures are being worked out …</source>
        <translation>正在校核水压…</translation>
    </message>
    <message>
        <source>.</source>
        <translation>。</translation>
    </message>
    <message>
        <source>Enter or double click opens these valves in the plan.</source>
        <translation>按 Enter 或双击：在方案中打开这些阀门。</translation>
    </message>
    <message>
        <source>boundary valve</source>
        <translation>边界阀</translation>
    </message>
    <message>
        <source>joins DMAs</source>
        <translation>连通计量区</translation>
    </message>
    <message>
        <source>joins zones</source>
        <translation>连通压力区</translation>
    </message>
    <message>
        <source>{count} unknown</source>
        <translation>{count} 阀未知</translation>
    </message>
    <message>
        <source>first close {valves}</source>
        <translation>须先关 {valves}</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>开阀</translation>
    </message>
    <message>
        <source>Regained</source>
        <translation>恢复户</translation>
    </message>
    <message>
        <source>Pressure</source>
        <translation>水压 MPa</translation>
    </message>
    <message>
        <source>not checked</source>
        <translation>未校核</translation>
    </message>
    <message>
        <source>holds</source>
        <translation>满足</translation>
    </message>
    <message>
        <source>low</source>
        <translation>偏低</translation>
    </message>
    <message>
        <source>{count} go low</source>
        <translation>{count} 户变低</translation>
    </message>
    <message>
        <source>Mind</source>
        <translation>注意</translation>
    </message>
    <message>
        <source>{count} {count|customer|customers} out outside the region</source>
        <translation>隔离区外停水 {count} 户</translation>
    </message>
</context>
<context>
    <name>RuleEditor</name>
    <message>
        <source>Limits, mm</source>
        <translation>分界（mm）</translation>
    </message>
    <message>
        <source>Limits, years</source>
        <translation>分界（年）</translation>
    </message>
    <message>
        <source>Limits, customers</source>
        <translation>分界（户）</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>色系</translation>
    </message>
    <message>
        <source>blue-grey, even</source>
        <translation>蓝灰渐变</translation>
    </message>
    <message>
        <source>brown, even</source>
        <translation>棕色渐变</translation>
    </message>
    <message>
        <source>six distinct</source>
        <translation>六种分类色</translation>
    </message>
    <message>
        <source>Lowest strongest</source>
        <translation>低值最醒目</translation>
    </message>
    <message>
        <source>Select values and give them a colour: click it, or press its number. 0 leaves them grey.</source>
        <translation>选中取值后点颜色或按数字键着色；0 为灰色。</translation>
    </message>
    <message>
        <source>As usual again</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Colour {number}</source>
        <translation>颜色 {number}</translation>
    </message>
    <message>
        <source>Mains</source>
        <translation>管线</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>取值</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>未记录</translation>
    </message>
    <message>
        <source>Limits are whole numbers that ascend, one to {most} of them, such as 150 200 400.</source>
        <translation>分界须为由小到大的整数，1 至 {most} 个，如 150 200 400。</translation>
    </message>
</context>
<context>
    <name>SavePath</name>
    <message>
        <source>Choose where</source>
        <translation>选择位置</translation>
    </message>
</context>
<context>
    <name>SectionPane</name>
    <message>
        <source>Long section</source>
        <translation>纵断面</translation>
    </message>
    <message>
        <source>Export CSV…</source>
        <translation>导出 CSV…</translation>
    </message>
    <message>
        <source>Put away</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>Export the long section</source>
        <translation>导出纵断面</translation>
    </message>
    <message>
        <source>Working out…</source>
        <translation>计算中…</translation>
    </message>
    <message>
        <source>Pressure line</source>
        <translation>水压线</translation>
    </message>
    <message>
        <source>{length} · {pipes} {pipes|pipe|pipes} · {devices} {devices|device|devices}</source>
        <translation>{length} · {pipes} 条管段 · {devices} 个设备</translation>
    </message>
</context>
<context>
    <name>SectionView</name>
    <message>
        <source>ground</source>
        <translation>地面</translation>
    </message>
    <message>
        <source>pipe</source>
        <translation>管顶</translation>
    </message>
    <message>
        <source>head</source>
        <translation>水头</translation>
    </message>
    <message>
        <source>measured head at {moment}</source>
        <translation>实测水头（{moment}）</translation>
    </message>
    <message>
        <source>measured head, now</source>
        <translation>实测水头（当前）</translation>
    </message>
    <message>
        <source> ({count} {count|instrument|instruments} without a level)</source>
        <translation>（{count} 个测点高程不明）</translation>
    </message>
    <message>
        <source>top of the pipe</source>
        <translation>管顶</translation>
    </message>
    <message>
        <source>Neither ground levels nor depths are recorded here; devices and diameters are shown by measure.</source>
        <translation>此处没有地面高程和埋深记录，仅按里程显示设备和口径。</translation>
    </message>
    <message>
        <source>{pressure} MPa</source>
        <translation>{pressure} MPa</translation>
    </message>
    <message>
        <source>pressure line at {hour}</source>
        <translation>水压线（{hour}）</translation>
    </message>
    <message>
        <source>No pressure line yet: choose “Pressure line”.</source>
        <translation>尚未计算水压：请点“水压线”。</translation>
    </message>
    <message>
        <source>No pressure line: there is no water in these mains now.</source>
        <translation>无水压线：这些管段目前无水。</translation>
    </message>
</context>
<context>
    <name>SelectionCard</name>
    <message>
        <source>Not as recorded? Correct it or propose a correction …</source>
        <translation>与登记不符？更正或提出更正…</translation>
    </message>
</context>
<context>
    <name>SessionKeeper</name>
    <message>
        <source>Sluice ended unexpectedly. What was on screen is here again.</source>
        <translation>闸口意外退出，已恢复退出前的画面。</translation>
    </message>
    <message>
        <source>Sluice ended unexpectedly. The network was edited since: plan again what you planned.</source>
        <translation>闸口意外退出。此后管网已有修改，请重新做停水方案。</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Computed from the record. Verify on site before closing.</source>
        <translation>按档案计算，关阀前须现场核实。</translation>
    </message>
    <message>
        <source>Synthetic city, not a real network.</source>
        <translation>合成城市，非真实管网。</translation>
    </message>
    <message>
        <source>Isolation plan</source>
        <translation>关阀方案</translation>
    </message>
    <message>
        <source>synthetic city</source>
        <translation>合成城市</translation>
    </message>
    <message>
        <source>Area without water</source>
        <translation>停水范围</translation>
    </message>
    <message>
        <source>No main goes out of service.</source>
        <translation>干管不停水。</translation>
    </message>
    <message>
        <source>{width} from west to east, {height} from south to north.</source>
        <translation>东西 {width}，南北 {height}。</translation>
    </message>
    <message>
        <source>Streets: {names}.</source>
        <translation>道路：{names}。</translation>
    </message>
    <message>
        <source>Communities: {names}.</source>
        <translation>小区与地名：{names}。</translation>
    </message>
    <message>
        <source>Customers out</source>
        <translation>停水用户</translation>
    </message>
    <message>
        <source>of these unintended</source>
        <translation>其中连带</translation>
    </message>
    <message>
        <source>on storage</source>
        <translation>靠水箱</translation>
    </message>
    <message>
        <source>households</source>
        <translation>户数</translation>
    </message>
    <message>
        <source>people</source>
        <translation>人数</translation>
    </message>
    <message>
        <source>mains out</source>
        <translation>停水管长</translation>
    </message>
    <message>
        <source>ground</source>
        <translation>面积</translation>
    </message>
    <message>
        <source>Valves</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>None.</source>
        <translation>无。</translation>
    </message>
    <message>
        <source>#</source>
        <translation>序</translation>
    </message>
    <message>
        <source>Valve</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>DN</source>
        <translation>DN</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Turns</source>
        <translation>圈数</translation>
    </message>
    <message>
        <source>Task, condition</source>
        <translation>任务、状况</translation>
    </message>
    <message>
        <source>Done at</source>
        <translation>操作时刻</translation>
    </message>
    <message>
        <source>Assumed, may not exist: {valves}</source>
        <translation>推定阀门，未必存在：{valves}</translation>
    </message>
    <message>
        <source>What this relies on</source>
        <translation>方案依据</translation>
    </message>
    <message>
        <source>Critical customers</source>
        <translation>重点用户</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Customers by kind</source>
        <translation>用户分类</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>停水</translation>
    </message>
    <message>
        <source>On storage</source>
        <translation>靠水箱</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>The first {shown} of {count}. The customer list under Export has all of them.</source>
        <translation>仅列前 {shown} 户，共 {count} 户；全部见“导出”中的用户清单。</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Main</source>
        <translation>管道</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>操作步骤</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Times rest on house values.</source>
        <translation>时间按内部取值推算。</translation>
    </message>
</context>
<context>
    <name>StagesBox</name>
    <message>
        <source>Stop the water first, shrink afterwards</source>
        <translation>先止水，后缩小范围</translation>
    </message>
    <message>
        <source>Show this stage on the map</source>
        <translation>在图上显示这一步</translation>
    </message>
    <message>
        <source>Close {valves}</source>
        <translation>关 {valves}</translation>
    </message>
    <message>
        <source>then close {valves}</source>
        <translation>再关 {valves}</translation>
    </message>
    <message>
        <source>reopen {valves}</source>
        <translation>重开 {valves}</translation>
    </message>
    <message>
        <source>Customers out: {first}, then {then}</source>
        <translation>停水户由 {first} 减至 {then}</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>synthetic</source>
        <translation>合成数据</translation>
    </message>
    <message>
        <source>{count} assumed valves</source>
        <translation>推定阀门 {count}</translation>
    </message>
    <message>
        <source>{count} assumed sources</source>
        <translation>推定水源 {count}</translation>
    </message>
    <message>
        <source>{pipes} pipes · {customers} customers</source>
        <translation>{pipes} 段管 · {customers} 户</translation>
    </message>
    <message>
        <source>journal #{count} on disk</source>
        <translation>日志 #{count} 已落盘</translation>
    </message>
    <message>
        <source>{name} · opening</source>
        <translation>{name} · 正在打开</translation>
    </message>
    <message>
        <source>worker ready</source>
        <translation>计算进程 就绪</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>Undo</source>
        <translation type="unfinished">撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished">重做</translation>
    </message>
</context>
<context>
    <name>StripsPane</name>
    <message>
        <source>Trends</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Enter, or a click: the curve alone</source>
        <translation>回车或单击：单看此曲线</translation>
    </message>
    <message>
        <source>grey band: same times, last 4 weeks</source>
        <translation>灰带：近 4 周同时段</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>缺测</translation>
    </message>
    <message>
        <source>cursor</source>
        <translation>游标</translation>
    </message>
    <message>
        <source>Nothing is measured yet.</source>
        <translation>尚无测量数据。</translation>
    </message>
    <message>
        <source>−7 d</source>
        <translation>上周</translation>
    </message>
    <message>
        <source>grey band: what is expected here now</source>
        <translation>灰带：由相邻测点和时段推得的预期值</translation>
    </message>
</context>
<context>
    <name>SubjectHead</name>
    <message>
        <source>New {layer}</source>
        <translation>新增{layer}</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Click the corners; a double click or Enter ends the line, Backspace takes a corner back.</source>
        <translation>逐点点击转折点；双击或回车结束，退格键撤回一点。</translation>
    </message>
    <message>
        <source>Click a valve, hydrant, customer, pipe end or corner, then where it belongs. Esc lets go.</source>
        <translation>先点阀门、消火栓、用户、管段端点或转折点，再点它应在的位置。Esc 放开。</translation>
    </message>
    <message>
        <source>Click the pipe where it is to be split.</source>
        <translation>点管段上要断开的位置。</translation>
    </message>
    <message>
        <source>Click the pipe where the valve stands.</source>
        <translation>点管段上阀门所在的位置。</translation>
    </message>
    <message>
        <source>Click where it stands; near a pipe it is connected to that one.</source>
        <translation>点它所在的位置；靠近管段即接到该管段。</translation>
    </message>
    <message>
        <source>Click a feature on the map to change it, or take a tool above the map.</source>
        <translation>在图上点一个要素来修改，或选用图上方的工具。</translation>
    </message>
</context>
<context>
    <name>TablePane</name>
    <message>
        <source>Attribute table</source>
        <translation>属性表</translation>
    </message>
    <message>
        <source>Filter: text in any column</source>
        <translation>筛选：任一列含此文字</translation>
    </message>
    <message>
        <source>All rows</source>
        <translation>全部行</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Put away</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>{shown} of {whole} rows</source>
        <translation>{whole} 行中的 {shown} 行</translation>
    </message>
    <message>
        <source>{count} rows</source>
        <translation>{count} 行</translation>
    </message>
    <message>
        <source>Export the table</source>
        <translation>导出属性表</translation>
    </message>
</context>
<context>
    <name>TargetLine</name>
    <message>
        <source>Plan for {target}</source>
        <translation>方案对象：{target}</translation>
    </message>
</context>
<context>
    <name>TaskStrip</name>
    <message>
        <source>Stop</source>
        <translation>停</translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source>Attributes</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>断开</translation>
    </message>
    <message>
        <source>Valve</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>Pipe</source>
        <translation>管段</translation>
    </message>
    <message>
        <source>Hydrant</source>
        <translation>消火栓</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation type="unfinished">用户</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>接户管</translation>
    </message>
    <message>
        <source>Junction</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>水源</translation>
    </message>
    <message>
        <source>Station</source>
        <translation>二供泵房</translation>
    </message>
</context>
<context>
    <name>Toolbox</name>
    <message>
        <source>Trace upstream</source>
        <translation>查上游</translation>
    </message>
    <message>
        <source>Trace downstream</source>
        <translation>查下游</translation>
    </message>
    <message>
        <source>Long section: choose two ends</source>
        <translation>纵断面：选两端</translation>
    </message>
    <message>
        <source>Measure a length</source>
        <translation>量长度</translation>
    </message>
    <message>
        <source>Measure an area</source>
        <translation>量面积</translation>
    </message>
    <message>
        <source>Attribute table</source>
        <translation>属性表</translation>
    </message>
    <message>
        <source>Choose things by an area</source>
        <translation>按区域选择</translation>
    </message>
    <message>
        <source>Put the tools&apos; drawings away</source>
        <translation>清除工具图形</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Click the other end of the section, or type it: section …. Esc leaves.</source>
        <translation>点断面的另一端，或输入：断面 …。Esc 退出。</translation>
    </message>
    <message>
        <source>Choose where the section begins first.</source>
        <translation>请先选断面的起点。</translation>
    </message>
    <message>
        <source>Choose a pipe, valve, junction, hydrant or customer first.</source>
        <translation>请先选一条管段、一个阀门、节点、消火栓或用户。</translation>
    </message>
    <message>
        <source>{way}: {length} of main, {devices} devices, {customers} customers ({critical} critical)</source>
        <translation>{way}：管道 {length}，设备 {devices} 个，用户 {customers} 户（重点 {critical} 户）</translation>
    </message>
    <message>
        <source>Click corners (they snap to pipes). Double click or Enter ends, Backspace takes one back.</source>
        <translation>逐点单击（自动捕捉管线），双击或 Enter 结束，退格键撤销一点。</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Sluice</source>
        <translation>闸口</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Pressure</source>
        <translation>压力</translation>
    </message>
    <message>
        <source>Outages</source>
        <translation>计划停水</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Switch to Chinese</source>
        <translation>切换到中文</translation>
    </message>
    <message>
        <source>Switch to English</source>
        <translation>切换到英文</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Sunlight</source>
        <translation>强光</translation>
    </message>
    <message>
        <source>Next theme</source>
        <translation>换主题</translation>
    </message>
    <message>
        <source>Dispatch</source>
        <translation>调度</translation>
    </message>
    <message>
        <source>Hotline</source>
        <translation>热线</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>现场</translation>
    </message>
</context>
<context>
    <name>ValveCardView</name>
    <message>
        <source>With the key, from above</source>
        <translation>地面用钥匙</translation>
    </message>
    <message>
        <source>Inside the chamber</source>
        <translation>下井操作</translation>
    </message>
    <message>
        <source>valve {place} of {count}</source>
        <translation>第 {place} 阀，共 {count} 阀</translation>
    </message>
    <message>
        <source>{depth} deep</source>
        <translation>埋深 {depth}</translation>
    </message>
    <message>
        <source>turning way not recorded</source>
        <translation>旋向未记录</translation>
    </message>
    <message>
        <source>turns not recorded</source>
        <translation>圈数未记录</translation>
    </message>
    <message>
        <source>normally {normal}, now {position}</source>
        <translation>常态{normal}，现{position}</translation>
    </message>
    <message>
        <source>by dispatch order only</source>
        <translation>须凭调度令</translation>
    </message>
    <message>
        <source>You stand at it.</source>
        <translation>你就在阀门旁。</translation>
    </message>
    <message>
        <source>{distance} to the {bearing}</source>
        <translation>{bearing}方向 {distance}</translation>
    </message>
    <message>
        <source>No permit: measure the gas before anybody goes in</source>
        <translation>无许可：下井前先测气体</translation>
    </message>
</context>
<context>
    <name>ValveStates</name>
    <message>
        <source>Position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Condition</source>
        <translation>状况</translation>
    </message>
    <message>
        <source>Report to journal</source>
        <translation>报入日志</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Supposed for this plan only. Reported, it counts for everyone.</source>
        <translation>仅为本方案的假定。报入日志后才正式生效。</translation>
    </message>
    <message>
        <source>No plan goes by the state of this kind of valve. Reported, everyone knows it.</source>
        <translation>方案不考虑此类阀门的状态；上报后供大家知悉。</translation>
    </message>
</context>
<context>
    <name>ValvesSection</name>
    <message>
        <source>Isolation plan</source>
        <translation>关阀方案</translation>
    </message>
    <message>
        <source>Point at a valve to see what happens if it stays open.</source>
        <translation>指向一只阀门，看它不关会怎样。</translation>
    </message>
    <message>
        <source>The water stops after {minutes} min.</source>
        <translation>{minutes} 分后止水。</translation>
    </message>
    <message>
        <source>Too many valves to try every order: not proven best.</source>
        <translation>阀门过多，次序未证最优。</translation>
    </message>
    <message>
        <source>{done} of {count} done.</source>
        <translation>已办 {done} / {count}。</translation>
    </message>
    <message>
        <source>Enter or double click: a crew has closed it.</source>
        <translation>按 Enter 或双击：记为现场已关。</translation>
    </message>
    <message>
        <source>Closed already and not needed any more, open again: {valves}</source>
        <translation>已关但不再需要，应重新打开：{valves}</translation>
    </message>
    <message>
        <source>close {count}</source>
        <translation>关 {count}</translation>
    </message>
    <message>
        <source>verify {count}</source>
        <translation>核对 {count}</translation>
    </message>
    <message>
        <source>bypass {count}</source>
        <translation>绕过 {count}</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已关</translation>
    </message>
    <message>
        <source>#</source>
        <translation>序</translation>
    </message>
    <message>
        <source>Valve</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>DN</source>
        <translation>DN</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Turns</source>
        <translation>圈数</translation>
    </message>
    <message>
        <source>Condition</source>
        <translation>状况</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>Crew</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>The plan relies on it being closed: go and see.</source>
        <translation>方案以它关着为前提：须到场核对。</translation>
    </message>
    <message>
        <source>It lets no water back: nothing to close here.</source>
        <translation>止回阀不让水倒流，此处不必操作。</translation>
    </message>
    <message>
        <source>It cannot be relied on, so the plan goes round it.</source>
        <translation>它不可靠，方案已绕过。</translation>
    </message>
    <message>
        <source>Nothing feeds its far side afterwards: it need not be closed.</source>
        <translation>另一侧已无水，不必关。</translation>
    </message>
    <message>
        <source>{valve}: left open alone, no water would come.</source>
        <translation>{valve}：单独不关，也不会来水。</translation>
    </message>
    <message>
        <source>a pump&apos;s own tank</source>
        <translation>泵站自带水池</translation>
    </message>
    <message>
        <source>If {valve} stays open, water comes from {source} over {length}, through {count} {count|valve|valves}.</source>
        <translation>若 {valve} 不关：水自 {source} 经 {length}、过 {count} 只阀门流到此处。</translation>
    </message>
    <message>
        <source>{count|Crew|Crews} {crews} from where {count|it is|they are} now.</source>
        <translation>{crews} 自现在位置出发。</translation>
    </message>
</context>
<context>
    <name>Wall</name>
    <message>
        <source>Wall</source>
        <translation>大屏</translation>
    </message>
</context>
<context>
    <name>WallPage</name>
    <message>
        <source>No plant or station is measured.</source>
        <translation>未测量任何厂站。</translation>
    </message>
    <message>
        <source>{count} more below: PgDn</source>
        <translation>下方还有 {count} 个：PgDn</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>No workspace is open.</source>
        <translation>未打开工作区。</translation>
    </message>
    <message>
        <source>Open workspace</source>
        <translation>打开工作区</translation>
    </message>
    <message>
        <source>Import a city&apos;s files</source>
        <translation>导入城市数据</translation>
    </message>
    <message>
        <source>Demo city</source>
        <translation>示例城市</translation>
    </message>
</context>
<context>
    <name>WindowTitle</name>
    <message>
        <source>Sluice</source>
        <translation>闸口</translation>
    </message>
    <message>
        <source>synthetic</source>
        <translation>合成数据</translation>
    </message>
    <message>
        <source>{name} · opening</source>
        <translation>{name} · 正在打开</translation>
    </message>
</context>
<context>
    <name>WorkPage</name>
    <message>
        <source>Indoors</source>
        <translation>室内</translation>
    </message>
    <message>
        <source>Sunlight</source>
        <translation>强光</translation>
    </message>
    <message>
        <source>Choose an incident</source>
        <translation>选择事件</translation>
    </message>
    <message>
        <source>No crew</source>
        <translation>未选抢修队</translation>
    </message>
    <message>
        <source>Writes for: {crew}</source>
        <translation>记录人所属：{crew}</translation>
    </message>
    <message>
        <source>The work is being looked up.</source>
        <translation>正在读取作业。</translation>
    </message>
    <message>
        <source>No isolation plan is attached yet: the dispatcher attaches one with F7.</source>
        <translation>尚未附关阀方案，由调度员按 F7 附上。</translation>
    </message>
    <message>
        <source>Valves alone do not stop the water any more: call the dispatcher.</source>
        <translation>仅靠关阀已无法止水，请联系调度。</translation>
    </message>
    <message>
        <source>Closing: {done} of {count} valves.</source>
        <translation>关阀 {done} / {count}</translation>
    </message>
    <message>
        <source>Shut off, the water is off: {count} valves.</source>
        <translation>{count} 个阀门已关，已止水。</translation>
    </message>
    <message>
        <source>All {count} valves are closed.</source>
        <translation>{count} 个阀门全部关好。</translation>
    </message>
    <message>
        <source>The main is mended; no valve was turned for it.</source>
        <translation>管道已修好，未操作过阀门。</translation>
    </message>
    <message>
        <source>Going back: {done} of {count} valves, the last closed first.</source>
        <translation>复位 {done} / {count}，后关的先开。</translation>
    </message>
    <message>
        <source>Every valve is back or stays for a reason ({left} of {count}).</source>
        <translation>阀门均已复位或注明原因（{left} / {count}）。</translation>
    </message>
    <message>
        <source>All {count} valves are back in their normal position.</source>
        <translation>{count} 个阀门全部恢复常态。</translation>
    </message>
    <message>
        <source>No GPS</source>
        <translation>无 GPS</translation>
    </message>
    <message>
        <source>GPS: city not on Earth</source>
        <translation>GPS：城市无坐标系</translation>
    </message>
    <message>
        <source>GPS: no line</source>
        <translation>GPS 未连接</translation>
    </message>
    <message>
        <source>GPS searches</source>
        <translation>GPS 搜星中</translation>
    </message>
    <message>
        <source>GPS: {seconds} s old</source>
        <translation>GPS {seconds} 秒前</translation>
    </message>
</context>
</TS>
