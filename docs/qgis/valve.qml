<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.34.0" styleCategories="Symbology">
 <renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0">
  <rules key="rules">
   <rule key="rule0" symbol="0" filter="&quot;current&quot; = 'closed'" label="closed / 关" />
   <rule key="rule1" symbol="1" filter="&quot;current&quot; = 'disputed'" label="disputed / 有争议" />
   <rule key="rule2" symbol="2" filter="&quot;current&quot; IS NULL OR &quot;current&quot; NOT IN ('closed', 'disputed')" label="open / 开" />
   <rule key="rule3" symbol="3" filter="&quot;condition&quot; = 'inoperable'" label="stuck / 无法启闭" />
   <rule key="rule4" symbol="4" filter="&quot;condition&quot; = 'passing'" label="passing / 关不严" />
  </rules>
  <symbols>
   <symbol name="0" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="name" value="filled_arrowhead" />
      <Option type="QString" name="color" value="22,25,27,255" />
      <Option type="QString" name="outline_color" value="22,25,27,255" />
      <Option type="QString" name="outline_width" value="0.2" />
      <Option type="QString" name="outline_width_unit" value="MM" />
      <Option type="QString" name="size" value="2.4" />
      <Option type="QString" name="size_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="name" value="diamond" />
      <Option type="QString" name="color" value="255,255,255,255" />
      <Option type="QString" name="outline_color" value="176,42,28,255" />
      <Option type="QString" name="outline_width" value="0.2" />
      <Option type="QString" name="outline_width_unit" value="MM" />
      <Option type="QString" name="size" value="2.4" />
      <Option type="QString" name="size_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
   <symbol name="2" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="name" value="diamond" />
      <Option type="QString" name="color" value="255,255,255,255" />
      <Option type="QString" name="outline_color" value="67,74,80,255" />
      <Option type="QString" name="outline_width" value="0.2" />
      <Option type="QString" name="outline_width_unit" value="MM" />
      <Option type="QString" name="size" value="2.4" />
      <Option type="QString" name="size_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
   <symbol name="3" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="name" value="cross2" />
      <Option type="QString" name="color" value="0,0,0,0" />
      <Option type="QString" name="outline_color" value="184,110,0,255" />
      <Option type="QString" name="outline_width" value="0.5" />
      <Option type="QString" name="outline_width_unit" value="MM" />
      <Option type="QString" name="size" value="4.4" />
      <Option type="QString" name="size_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
   <symbol name="4" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="name" value="circle" />
      <Option type="QString" name="color" value="0,0,0,0" />
      <Option type="QString" name="outline_color" value="184,110,0,255" />
      <Option type="QString" name="outline_width" value="0.5" />
      <Option type="QString" name="outline_width_unit" value="MM" />
      <Option type="QString" name="size" value="4.4" />
      <Option type="QString" name="size_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
</qgis>
