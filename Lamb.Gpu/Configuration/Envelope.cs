using System.Text.Json;

namespace Lamb.Gpu.Configuration;

/// <summary>Wraps the config of an object as keras.saving.serialize_keras_object does.</summary>
/// <remarks>
/// <code>
/// {"module": "keras.optimizers.schedules", "class_name": "CosineDecay", "config": {…}, "registered_name": null}
/// </code>
/// Older files hold class_name and config alone, or the class as the registered name; these are read as well.
/// </remarks>
internal static class Envelope
{
    /// <summary>Opens a wrapped object; where its class is not known, the name is null and the config empty.</summary>
    public static (string? ClassName, ConfigReader Config) Open(
        ConfigReader outer, string module, IReadOnlyCollection<string> known, string remedy)
    {
        if (!outer.Absent("module"))
        {
            outer.OneOf("module", [module], remedy);
        }

        string? className = outer.OneOf("class_name", known, remedy);
        if (!outer.Absent("registered_name") && className != null)
        {
            outer.OneOf("registered_name", [className], remedy);
        }

        ConfigReader config = outer.Inner("config");
        outer.RefuseUnknown();
        return (className, className == null ? ConfigReader.Nothing : config);
    }

    /// <summary>Writes a wrapped object.</summary>
    public static void Write(Utf8JsonWriter writer, string module, string className, Action writeConfig)
    {
        writer.WriteStartObject();
        writer.Write("module", module);
        writer.Write("class_name", className);
        writer.WriteStartObject("config");
        writeConfig();
        writer.WriteEndObject();
        writer.Write("registered_name", null);
        writer.WriteEndObject();
    }
}
