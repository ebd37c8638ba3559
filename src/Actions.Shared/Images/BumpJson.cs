using System.Buffers;
using System.Text;
using System.Text.Json;
using Actions.Shared.Findings;

namespace Actions.Shared.Images;

/// <summary>
/// The machine-readable list of a plan's changes:
/// <c>{"changes":[{file,line,column,pointer,source,image,old,new,alsoAt,warning}],"refusals":[{file,line,column,pointer,reason,message,hint,image}],"unmatched":[image]}</c>.
/// </summary>
public static class BumpJson
{
    /// <summary>The list, indented by two, with a final line feed. All that is not ASCII is escaped.</summary>
    public static string Render(BumpPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartArray("changes");
            foreach (var edit in plan.Edits)
            {
                json.WriteStartObject();
                Place(json, edit.Location, edit.Pointer);
                json.WriteString("source", Name(edit.Source));
                json.WriteString("image", edit.Change.Name);
                json.WriteString("old", edit.Old);
                json.WriteString("new", edit.New);
                Texts(json, "alsoAt", edit.AlsoAt);
                json.WriteString("warning", edit.Warning);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("refusals");
            foreach (var refusal in plan.Refusals)
            {
                json.WriteStartObject();
                Place(json, refusal.Location, refusal.Pointer);
                json.WriteString("reason", refusal.Reason);
                json.WriteString("message", refusal.Message);
                json.WriteString("hint", refusal.Hint);
                json.WriteString("image", refusal.Change.Name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Texts(json, "unmatched", plan.Unmatched.Select(c => c.Policy ?? c.Name));
            json.WriteEndObject();
        }

        // The runner takes "##[" for a command anywhere in a line of a log; outside of strings JSON has no "#".
        return Encoding.UTF8.GetString(buffer.WrittenSpan).Replace("##[", "#\\u0023[", StringComparison.Ordinal) + "\n";
    }

    private static void Place(Utf8JsonWriter json, SourceLocation location, string pointer)
    {
        json.WriteString("file", location.File);
        json.WriteNumber("line", location.Region?.StartLine ?? 1);
        json.WriteNumber("column", location.Region?.StartColumn ?? 1);
        json.WriteString("pointer", pointer);
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    internal static string Name(ImageSource source) => source switch
    {
        ImageSource.Container => "container",
        ImageSource.Volume => "volume",
        ImageSource.Kustomization => "kustomization",
        ImageSource.HelmValues => "helm-values",
        ImageSource.Marker => "marker",
        _ => "path",
    };
}
