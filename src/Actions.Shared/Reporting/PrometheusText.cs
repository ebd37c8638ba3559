using System.Globalization;
using System.Text;
using Actions.Shared.GitHub;

namespace Actions.Shared.Reporting;

/// <summary>
/// Metrics in Prometheus' text format (version 0.0.4), for a textfile collector or a Pushgateway. Every metric is a gauge: a run tells how it went, and counts
/// nothing from run to run. Not safe for concurrent use.
/// </summary>
public sealed class PrometheusText
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a metric with one sample without labels.</summary>
    /// <param name="name">Name of the metric, with its unit at the end: <c>_seconds</c>, <c>_bytes</c>.</param>
    /// <param name="help">What it is, one sentence.</param>
    /// <param name="value">The value.</param>
    public PrometheusText Gauge(string name, string help, double value) => Gauge(name, help, [([], value)]);

    /// <summary>Adds a metric. Without samples its name and help are written all the same, so that readers see that it is known.</summary>
    /// <param name="name">Name of the metric, with its unit at the end: <c>_seconds</c>, <c>_bytes</c>.</param>
    /// <param name="help">What it is, one sentence.</param>
    /// <param name="samples">Labels and values, written in this order. Values of labels may be untrusted; what cannot be shown in them is left out.</param>
    public PrometheusText Gauge(string name, string help, IEnumerable<((string Name, string Value)[] Labels, double Value)> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
        foreach (var (labels, value) in samples)
        {
            _text.Append(name);
            if (labels.Length > 0)
            {
                _text.Append('{').AppendJoin(',', labels.Select(l => $"{l.Name}=\"{Escape(l.Value)}\"")).Append('}');
            }

            _text.Append(CultureInfo.InvariantCulture, $" {value}\n");
        }

        return this;
    }

    /// <summary>Everything that was added.</summary>
    public override string ToString() => _text.ToString();

    private static string Escape(string value) =>
        PlainText.Clean(value.ReplaceLineEndings(" ")).Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
