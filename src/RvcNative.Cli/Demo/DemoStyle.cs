namespace RvcNative.Cli.Demo;

/// <summary>How the page looks, by day and by night.</summary>
internal static class DemoStyle
{
    internal const string Css = """

        :root { color-scheme: light dark; --paper: #fbfbfc; --ink: #23262d; --soft: #626873; --line: #dcdfe5; --card: #ffffff; --good: #1f7a3d; --bad: #b3261e; --link: #185cb0; }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #16181d; --ink: #e4e6ea; --soft: #9aa1ad; --line: #343943; --card: #1f2229; --good: #6fcf8f; --bad: #ff8a80; --link: #7fb2f0; }
          img { filter: brightness(.9); }
        }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
        main { max-width: 1100px; margin: 0 auto; padding: 24px 20px 48px; }
        h1 { font-size: 1.9rem; margin: 8px 0; }
        h2 { font-size: 1.25rem; margin: 36px 0 10px; }
        .lead { font-size: 1.1rem; }
        .small { color: var(--soft); font-size: .9rem; }
        .note { border-left: 4px solid var(--line); padding: 6px 14px; color: var(--soft); }
        .good { color: var(--good); font-weight: 600; }
        .bad { color: var(--bad); font-weight: 600; }
        figure { margin: 0 0 16px; padding: 14px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
        figcaption { font-weight: 600; margin-bottom: 8px; }
        audio { width: 100%; display: block; margin-bottom: 10px; }
        img { max-width: 100%; height: auto; display: block; border-radius: 6px; }
        table { border-collapse: collapse; margin-bottom: 18px; }
        th { text-align: left; font-weight: 500; color: var(--soft); padding: 5px 20px 5px 0; vertical-align: top; white-space: nowrap; }
        td { padding: 5px 0; }
        pre, code { font-family: ui-monospace, Consolas, monospace; font-size: .9em; }
        code { overflow-wrap: anywhere; }
        pre { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px; overflow-x: auto; }
        a { color: var(--link); }

        """;
}
