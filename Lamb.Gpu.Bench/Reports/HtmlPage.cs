using System.Net;

namespace Lamb.Gpu.Bench.Reports;

/// <summary>Puts what there is to tell on one page that needs nothing beside itself.</summary>
internal static class HtmlPage
{
    private const string Style =
        """
        body { font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1b1f24; background: #fff;
               max-width: 940px; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.7rem; margin-bottom: 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
        table { border-collapse: collapse; } th, td { padding: .3rem .6rem; border-bottom: 1px solid #d8dee4; }
        th { text-align: left; } td:first-child { white-space: nowrap; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
        tr.ours td { font-weight: 600; }
        pre { background: #f6f8fa; padding: 1rem; border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
        svg { width: 100%; height: auto; font-size: 13px; fill: #1b1f24; }
        .grid { stroke: #e4e8ec; } .axis { stroke: #57606a; } .series { fill: none; stroke-width: 2; }
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="title">Its title, as text.</param>
    /// <param name="body">What stands below it, as HTML.</param>
    public static string Render(string title, string body) =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <h1>{WebUtility.HtmlEncode(title)}</h1>
        {body}
        </body>
        </html>

        """;
}
