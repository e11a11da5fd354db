"""What an exported file is for, as the pages offer it; an address may say something else (core.export)."""

DAILY_WORK = "日常工作"
PURPOSES = (DAILY_WORK, "上报上级", "汇报材料", "会议使用", "其他")
